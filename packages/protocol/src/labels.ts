/**
 * The registry of purposes: what each signature, sealed object and derived key of ours is for. A label stands in one
 * place of the code; two purposes never share one (docs/spec/labels.md).
 */

/** Ed25519 signatures (@sotto/crypto `sign`). */
export const SIGNATURE = {
  /** By the signing key, over the body of an account state. */
  accountState: 'account state 1',
  /** By a device key, over the server's challenge: {@link sessionStatement}. */
  deviceSession: 'device session 1',
  /** By a slot's sign-in key, over the server's challenge: {@link slotStatement}. */
  slotSignIn: 'slot sign-in 1',
} as const;

/** HKDF infos: from a slot secret. */
export const SLOT_KEY = {
  signIn: 'sotto slot sign-in 1',
  encryption: 'sotto slot encryption 1',
  anchor: 'sotto slot anchor 1',
} as const;

/** Sealed objects under a symmetric key (@sotto/crypto `seal`). */
export const SEALED = {
  /** Under a slot's anchor key: who the account is. */
  anchor: 'slot anchor 1',
  /** Under the account key: signing seed and working keys. */
  accountSecrets: 'account secrets 1',
  /** Under the settings key: a device's name. */
  deviceLabel: 'device label 1',
  /** Under the settings key: what the account has decided of people. */
  contacts: 'contacts 1',
} as const;

/** Objects sealed to a public key (@sotto/crypto `sealTo`). */
export const SEALED_TO = {
  /** To a slot: the account key. */
  accountKey: 'sotto account key 1',
  /** To a device: the working keys. */
  workingKeys: 'sotto working keys 1',
} as const;
