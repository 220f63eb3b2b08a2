/** The account's working keys: independent random values, numbered, held by each device in use. */
import {
  type Bytes,
  copyBytes,
  decodeCanonicalCbor,
  encodeCbor,
  type HpkeKeyPair,
  hpkeKeyPairFromSeed,
  type Random,
  sealTo,
} from '@sotto/crypto';
import { type AccountId, type DeviceId, idBytes } from '../ids.ts';
import { SEALED_TO } from '../labels.ts';

/** One generation, each value 32 bytes. */
export interface WorkingKeys {
  readonly number: number;
  /** Seed of the account's encryption key pair. */
  readonly encryptionSeed: Bytes;
  readonly archiveKey: Bytes;
  readonly driveKey: Bytes;
  /** Seals what an account's devices tell each other: their names, and what was decided of people. */
  readonly settingsKey: Bytes;
}

/** All generations, oldest first: old ones still open what was sealed under them. */
export type WorkingKeyHistory = readonly WorkingKeys[];

export function newWorkingKeys(number: number, random: Random): WorkingKeys {
  return {
    number,
    encryptionSeed: random(32),
    archiveKey: random(32),
    driveKey: random(32),
    settingsKey: random(32),
  };
}

export function encodeWorkingKeys(history: WorkingKeyHistory): Bytes {
  return encodeCbor(
    history.map((keys) => [
      keys.number,
      keys.encryptionSeed,
      keys.archiveKey,
      keys.driveKey,
      keys.settingsKey,
    ]),
  );
}

/** Undefined unless the numbers count up from 0 and each key has 32 bytes. */
export function decodeWorkingKeys(bytes: Uint8Array): WorkingKeyHistory | undefined {
  const items = decodeCanonicalCbor(bytes);
  if (!Array.isArray(items) || items.length === 0) return undefined;
  const history: WorkingKeys[] = [];
  for (const item of items as unknown[]) {
    if (!Array.isArray(item) || item.length !== 5 || item[0] !== history.length) return undefined;
    const [encryptionSeed, archiveKey, driveKey, settingsKey] = item.slice(1).map(keyFrom);
    if (!encryptionSeed || !archiveKey || !driveKey || !settingsKey) return undefined;
    history.push({ number: history.length, encryptionSeed, archiveKey, driveKey, settingsKey });
  }
  return history;
}

/** The generation in use. */
export function newestKeys(history: WorkingKeyHistory): WorkingKeys {
  const newest = history.at(-1);
  if (newest === undefined) throw new RangeError('an account has working keys');
  return newest;
}

export function sealWorkingKeys(
  publicKey: Bytes,
  accountId: AccountId,
  deviceId: DeviceId,
  history: WorkingKeyHistory,
): Promise<Bytes> {
  return sealTo(publicKey, SEALED_TO.workingKeys, place(accountId, deviceId), encodeWorkingKeys(history));
}

/** Throws `not_authentic`; undefined where what was sealed is malformed. */
export async function openWorkingKeys(
  deviceKey: HpkeKeyPair,
  accountId: AccountId,
  deviceId: DeviceId,
  sealed: Bytes,
): Promise<WorkingKeyHistory | undefined> {
  return decodeWorkingKeys(await deviceKey.open(SEALED_TO.workingKeys, place(accountId, deviceId), sealed));
}

/** The public half of a generation's encryption key. */
export async function encryptionPublicKey(keys: WorkingKeys): Promise<Bytes> {
  return (await hpkeKeyPairFromSeed(keys.encryptionSeed)).publicKey;
}

function keyFrom(value: unknown): Bytes | undefined {
  return value instanceof Uint8Array && value.length === 32 ? copyBytes(value) : undefined;
}

function place(accountId: AccountId, deviceId: DeviceId): Bytes {
  return encodeCbor([idBytes(accountId), idBytes(deviceId)]);
}
