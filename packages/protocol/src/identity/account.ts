/**
 * An account as the holder of a slot sees it for one act: making it, opening it, and stating its next state.
 * Everything that a server hands over is checked against the slot's anchor before a key of it is used; whatever is
 * wrong, the error is the same, and nothing follows that a server could see (attacks S1, S3, S9).
 */
import {
  type Bytes,
  copyBytes,
  decodeCanonicalCbor,
  encodeCbor,
  equalBytes,
  open,
  type Random,
  SottoError,
  seal,
  sha256,
  sign,
  signingKeyFromSeed,
} from '@sotto/crypto';
import { verifyChain } from '../directory/chain.ts';
import { type AccountId, type DeviceId, idBytes, newId, type SlotId } from '../ids.ts';
import { SEALED, SIGNATURE } from '../labels.ts';
import { type AccountState, encodeStateBody, joinSignedState, type StateDevice } from './account-state.ts';
import type { Address } from './address.ts';
import { type DeviceShare, decodeKeyring, encodeKeyring } from './keyring.ts';
import {
  makeSlot,
  openAccountKey,
  openAnchor,
  resealSlot,
  type Slot,
  type SlotKeys,
  type SlotKind,
} from './slot.ts';
import {
  decodeWorkingKeys,
  encodeWorkingKeys,
  encryptionPublicKey,
  newestKeys,
  newWorkingKeys,
  sealWorkingKeys,
  type WorkingKeyHistory,
} from './working-keys.ts';

/** What only a slot opens. Forget it when the act is done. */
export interface OpenAccount {
  readonly accountId: AccountId;
  readonly address: Address;
  readonly accountKey: Bytes;
  readonly signingSeed: Bytes;
  readonly workingKeys: WorkingKeyHistory;
  readonly slots: readonly Slot[];
  readonly devices: readonly AccountDevice[];
  /** The newest state; null before the first. */
  readonly state: AccountState | null;
}

/** A device as the account knows it: what it signs with, and what its keys are sealed to. */
export interface AccountDevice extends StateDevice {
  readonly encryptionKey: Bytes;
}

/** What is sent to the server to make a state the newest. */
export interface Publication {
  /** The signed state. */
  readonly state: Bytes;
  readonly keyring: Bytes;
}

/** A new account with fresh keys and no slot yet. */
export function newAccount(accountId: AccountId, address: Address, random: Random): OpenAccount {
  return {
    accountId,
    address,
    accountKey: random(32),
    signingSeed: random(32),
    workingKeys: [newWorkingKeys(0, random)],
    slots: [],
    devices: [],
    state: null,
  };
}

/** The account with one more slot, or with the slot of that id made anew. */
export async function withSlot(
  account: OpenAccount,
  slot: { readonly id: SlotId; readonly kind: SlotKind; readonly keys: SlotKeys },
  random: Random,
): Promise<OpenAccount> {
  const signingKey = (await signingKeyFromSeed(account.signingSeed)).publicKey;
  const anchor = { accountId: account.accountId, signingKey };
  const made = await makeSlot(slot.id, slot.kind, slot.keys, anchor, account.accountKey, random);
  return { ...account, slots: [...account.slots.filter(({ id }) => id !== slot.id), made] };
}

export function withDevice(account: OpenAccount, device: AccountDevice): OpenAccount {
  return { ...account, devices: [...account.devices.filter(({ id }) => id !== device.id), device] };
}

/** The account without some devices, under new account and working keys that they never see. */
export async function withoutDevices(
  account: OpenAccount,
  removed: readonly DeviceId[],
  random: Random,
): Promise<OpenAccount> {
  const renewed = await renewKeys(account, random);
  return { ...renewed, devices: account.devices.filter(({ id }) => !removed.includes(id)) };
}

/** The same account with a new account key, sealed to each slot, and a further generation of working keys. */
export async function renewKeys(account: OpenAccount, random: Random): Promise<OpenAccount> {
  const accountKey = random(32);
  const slots = await Promise.all(
    account.slots.map((slot) => resealSlot(slot, account.accountId, accountKey)),
  );
  const workingKeys = [...account.workingKeys, newWorkingKeys(account.workingKeys.length, random)];
  return { ...account, accountKey, slots, workingKeys };
}

/** States the account as it now is: number n+1 with its keyring. */
export async function publication(account: OpenAccount, random: Random): Promise<Publication> {
  const number = account.state === null ? 0 : account.state.number + 1;
  const keyring = await sealKeyring(account, number, random);
  const signingKey = await signingKeyFromSeed(account.signingSeed);
  const newest = newestKeys(account.workingKeys);
  const body = encodeStateBody({
    accountId: account.accountId,
    number,
    previous: account.state?.hash ?? null,
    address: account.address,
    signingKey: signingKey.publicKey,
    encryption: { number: newest.number, publicKey: await encryptionPublicKey(newest) },
    devices: account.devices.map(({ id, key, suites }) => ({ id, key, suites })),
    keyringHash: await sha256(keyring),
  });
  return { state: joinSignedState(body, await sign(signingKey, SIGNATURE.accountState, body)), keyring };
}

async function sealKeyring(account: OpenAccount, number: number, random: Random): Promise<Bytes> {
  const { accountId, accountKey, signingSeed, workingKeys, slots } = account;
  const content = encodeCbor([signingSeed, encodeWorkingKeys(workingKeys)]);
  const secrets = await seal(accountKey, SEALED.accountSecrets, place(accountId, number), content, random);
  const devices = await Promise.all(
    account.devices.map(async ({ id, encryptionKey }): Promise<DeviceShare> => {
      const sealed = await sealWorkingKeys(encryptionKey, accountId, id, workingKeys);
      return { id, publicKey: encryptionKey, workingKeys: sealed };
    }),
  );
  return encodeKeyring({ accountId, number, slots, secrets, devices });
}

/**
 * Opens what a server handed over for a slot. Throws `account_not_authentic` unless all of it is what the account
 * signed: the anchor under the slot's own secret names the signing key, that key signed every state of the chain,
 * the newest state names the keyring, and the secrets inside fit the state's public keys.
 */
export async function openAccount(
  slotId: SlotId,
  keys: SlotKeys,
  address: Address,
  states: readonly Uint8Array[],
  keyringBytes: Uint8Array,
): Promise<OpenAccount> {
  try {
    return await checkAndOpen(slotId, keys, address, states, keyringBytes);
  } catch (cause) {
    throw new SottoError(
      'account_not_authentic',
      'The server sent account data that your account did not sign. Nothing was changed; do not use this server before its owner has explained it.',
      { cause },
    );
  }
}

async function checkAndOpen(
  slotId: SlotId,
  keys: SlotKeys,
  address: Address,
  states: readonly Uint8Array[],
  keyringBytes: Uint8Array,
): Promise<OpenAccount> {
  const keyring = required(decodeKeyring(keyringBytes), 'keyring is malformed');
  const slot = required(
    keyring.slots.find(({ id }) => id === slotId),
    'keyring lacks the slot',
  );
  const anchor = required(await openAnchor(slot, keys), 'anchor is malformed');
  const state = required((await verifyChain(states, { ...anchor, address })).at(-1), 'no state');
  demand(equalBytes(await sha256(keyringBytes), state.keyringHash), 'keyring is not the one signed');
  demand(
    keyring.accountId === anchor.accountId && keyring.number === state.number,
    'keyring is of another state',
  );
  demand(equalBytes(slot.publicKey, keys.encryption.publicKey), 'slot has another key');
  const accountKey = await openAccountKey(slot, keys, anchor.accountId);
  const { signingSeed, workingKeys } = await openSecrets(
    accountKey,
    anchor.accountId,
    state,
    keyring.secrets,
  );
  const devices = state.devices.map((device) => {
    const share = required(
      keyring.devices.find(({ id }) => id === device.id),
      'keyring lacks a device',
    );
    return { ...device, encryptionKey: share.publicKey };
  });
  const { slots } = keyring;
  return {
    accountId: anchor.accountId,
    address,
    accountKey,
    signingSeed,
    workingKeys,
    slots,
    devices,
    state,
  };
}

async function openSecrets(accountKey: Bytes, accountId: AccountId, state: AccountState, sealed: Bytes) {
  const content = await open(accountKey, SEALED.accountSecrets, place(accountId, state.number), sealed);
  const items = decodeCanonicalCbor(content);
  demand(Array.isArray(items) && items.length === 2, 'secrets are malformed');
  const [seed, encodedKeys] = items as unknown[];
  demand(seed instanceof Uint8Array && encodedKeys instanceof Uint8Array, 'secrets are malformed');
  const workingKeys = required(decodeWorkingKeys(encodedKeys), 'working keys are malformed');
  const signingSeed = copyBytes(seed);
  const { publicKey } = await signingKeyFromSeed(signingSeed);
  demand(equalBytes(publicKey, state.signingKey), 'signing key does not fit the state');
  const newest = newestKeys(workingKeys);
  demand(newest.number === state.encryption.number, 'working keys do not fit the state');
  demand(
    equalBytes(await encryptionPublicKey(newest), state.encryption.publicKey),
    'encryption key does not fit the state',
  );
  return { signingSeed, workingKeys };
}

export function newAccountId(random: Random): AccountId {
  return newId<AccountId>(random);
}

function place(accountId: AccountId, number: number): Bytes {
  return encodeCbor([idBytes(accountId), number]);
}

function required<T>(value: T | undefined, reason: string): T {
  demand(value !== undefined, reason);
  return value;
}

function demand(condition: boolean, reason: string): asserts condition {
  if (!condition) throw new SottoError('account_not_authentic', reason);
}
