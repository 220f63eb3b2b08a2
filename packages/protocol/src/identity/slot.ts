/**
 * Key slots: each turns its secret into the means to sign in and to open the account key (docs/spec/identity.md).
 */
import {
  type Bytes,
  decodeCanonicalCbor,
  encodeCbor,
  type HpkeKeyPair,
  hkdf,
  hpkeKeyPairFromSeed,
  open,
  PUBLIC_KEY_LENGTH,
  type Random,
  type SigningKey,
  seal,
  sealTo,
  signingKeyFromSeed,
} from '@sotto/crypto';
import { type AccountId, idBytes, idFromBytes, type SlotId } from '../ids.ts';
import { SEALED, SEALED_TO, SLOT_KEY } from '../labels.ts';

export const SLOT_KINDS = ['password', 'recovery'] as const;
export type SlotKind = (typeof SLOT_KINDS)[number];

/** A slot as it stands in the keyring. */
export interface Slot {
  readonly id: SlotId;
  readonly kind: SlotKind;
  /** A new account key can be sealed to this without the slot's secret being there. */
  readonly publicKey: Bytes;
  /** The account key, sealed to the public key. */
  readonly accountKey: Bytes;
  /** The account's id and signing public key, under a key that only the slot's secret gives. */
  readonly anchor: Bytes;
}

/** What a slot's secret yields. */
export interface SlotKeys {
  readonly signIn: SigningKey;
  readonly encryption: HpkeKeyPair;
  readonly anchorKey: Bytes;
}

export interface Anchor {
  readonly accountId: AccountId;
  readonly signingKey: Bytes;
}

const NO_SALT = new Uint8Array(32);

/** @param secret 32 bytes of a recovery code, or the 64 of an OPAQUE export key */
export async function slotKeys(secret: Bytes): Promise<SlotKeys> {
  const [signIn, encryption, anchorKey] = await Promise.all([
    hkdf(secret, NO_SALT, SLOT_KEY.signIn, 32).then(signingKeyFromSeed),
    hkdf(secret, NO_SALT, SLOT_KEY.encryption, 32).then(hpkeKeyPairFromSeed),
    hkdf(secret, NO_SALT, SLOT_KEY.anchor, 32),
  ]);
  return { signIn, encryption, anchorKey };
}

/** A slot for `keys` that opens `accountKey`. */
export async function makeSlot(
  id: SlotId,
  kind: SlotKind,
  keys: SlotKeys,
  anchor: Anchor,
  accountKey: Bytes,
  random: Random,
): Promise<Slot> {
  const content = encodeCbor([idBytes(anchor.accountId), anchor.signingKey]);
  return {
    id,
    kind,
    publicKey: keys.encryption.publicKey,
    accountKey: await sealAccountKey(keys.encryption.publicKey, anchor.accountId, id, accountKey),
    anchor: await seal(keys.anchorKey, SEALED.anchor, idBytes(id), content, random),
  };
}

/** The same slot with another account key: needs nothing secret of the slot. */
export async function resealSlot(slot: Slot, accountId: AccountId, accountKey: Bytes): Promise<Slot> {
  return { ...slot, accountKey: await sealAccountKey(slot.publicKey, accountId, slot.id, accountKey) };
}

/** Throws `not_authentic` where the anchor is not the one that this secret sealed for this slot. */
export async function openAnchor(slot: Slot, keys: SlotKeys): Promise<Anchor | undefined> {
  const items = decodeCanonicalCbor(await open(keys.anchorKey, SEALED.anchor, idBytes(slot.id), slot.anchor));
  if (!Array.isArray(items) || items.length !== 2) return undefined;
  const [id, signingKey] = items as unknown[];
  const accountId = idFromBytes<AccountId>(id);
  if (accountId === undefined || !(signingKey instanceof Uint8Array)) return undefined;
  return signingKey.length === PUBLIC_KEY_LENGTH ? { accountId, signingKey: signingKey as Bytes } : undefined;
}

/** Throws `not_authentic`. */
export function openAccountKey(slot: Slot, keys: SlotKeys, accountId: AccountId): Promise<Bytes> {
  return keys.encryption.open(SEALED_TO.accountKey, place(accountId, slot.id), slot.accountKey);
}

function sealAccountKey(publicKey: Bytes, accountId: AccountId, id: SlotId, accountKey: Bytes) {
  return sealTo(publicKey, SEALED_TO.accountKey, place(accountId, id), accountKey);
}

function place(accountId: AccountId, id: SlotId): Bytes {
  return encodeCbor([idBytes(accountId), idBytes(id)]);
}
