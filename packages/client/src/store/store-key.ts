/**
 * How the key of the local store is kept: in the record `lock`, wrapped by what the platform can protect it with.
 * With the app lock on, the store key in it is sealed once more under the password, so that neither the disk nor
 * the platform's key opens the store (docs/spec/local-store.md).
 *
 * ```
 * lock = wrap(CBOR { "v": 1, "address": text, "key": 32 bytes })                                    app lock off
 * lock = wrap(CBOR { "v": 1, "address": text, "salt": 16 bytes, "sealed": seal(Argon2id, store key) })   on
 * ```
 */
import {
  type Bytes,
  copyBytes,
  decodeCbor,
  encodeCbor,
  hasCode,
  LOCK_SALT_LENGTH,
  lockKey,
  open,
  type Random,
  seal,
  utf8,
  wipe,
} from '@sotto/crypto';
import * as z from 'zod/mini';
import type { Store } from './store.ts';
import { storeDamaged, storeNewer, wrongPassword } from './store-errors.ts';

export const LOCK_RECORD = 'lock';
const STORE_KEY_LENGTH = 32;

/** The purpose of the sealed store key; the registry is docs/spec/labels.md. */
const STORE_KEY_LABEL = 'store key 1';

const LOCK_VERSION = 1;

/**
 * What the platform protects small secrets with, beside the store and not in it: a key that scripts cannot read
 * back in the browser, a file that only its owner can read elsewhere.
 */
export interface ProfileKey {
  /** Makes the key where there is none yet. */
  wrap(bytes: Bytes): Promise<Bytes>;
  /** Throws `store_damaged` where the key is gone or `wrapped` was not made with it. */
  unwrap(wrapped: Bytes): Promise<Bytes>;
  /**
   * Makes another key, lets `keep` keep what is wrapped with it, and destroys the former one, so that older copies of
   * what that wrapped open nothing. Interrupted in between, what was kept last opens.
   */
  replace(keep: (wrap: (bytes: Bytes) => Promise<Bytes>) => Promise<void>): Promise<void>;
  /** Destroys the key, for signing out: nothing that it wrapped opens again. */
  forget(): Promise<void>;
}

/** Where the key is kept and what protects it. */
export interface StoreKeyPlace {
  readonly store: Store;
  readonly profileKey: ProfileKey;
  readonly random: Random;
}

export type StoreKey =
  /** Nobody is signed in. */
  | { readonly state: 'none' }
  /** The app lock is on and no password was given. */
  | { readonly state: 'locked'; readonly address: string }
  /** `key` (32 bytes) is the caller's, to take in and wipe. */
  | { readonly state: 'open'; readonly address: string; readonly appLock: boolean; readonly key: Bytes };

const bytesOf = (length?: number) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && (length ?? value.length) === value.length);

const openLock = z.strictObject({
  v: z.literal(LOCK_VERSION),
  address: z.string(),
  key: bytesOf(STORE_KEY_LENGTH),
});
const passwordLock = z.strictObject({
  v: z.literal(LOCK_VERSION),
  address: z.string(),
  salt: bytesOf(LOCK_SALT_LENGTH),
  sealed: bytesOf(),
});
const anyLock = z.union([openLock, passwordLock]);
type Lock = z.infer<typeof anyLock>;

/** Draws a store key for a new profile and keeps it, app lock off. The key returned is the caller's. */
export async function createStoreKey(place: StoreKeyPlace, address: string): Promise<Bytes> {
  const key = place.random(STORE_KEY_LENGTH);
  const lock: Lock = { v: LOCK_VERSION, address, key };
  await place.store.put(LOCK_RECORD, await place.profileKey.wrap(encodeCbor(lock)));
  return key;
}

/**
 * Throws `wrong_password` when a password was given and does not open the lock. A password where the lock is off
 * is not looked at. About a quarter of a second where there is one to try.
 */
export async function openStoreKey(
  place: Omit<StoreKeyPlace, 'random'>,
  options: { password?: string } = {},
): Promise<StoreKey> {
  const lock = await readLock(place);
  if (lock === undefined) return { state: 'none' };
  const { address } = lock;
  if ('key' in lock) return { state: 'open', address, appLock: false, key: copyBytes(lock.key) };
  if (options.password === undefined) return { state: 'locked', address };
  return { state: 'open', address, appLock: true, key: await openWithPassword(lock, options.password) };
}

/**
 * Turns the app lock on with this password, or off. Where it is on already, the password must be the present one.
 * Throws `wrong_password`, and then nothing has changed.
 */
export async function setLock(
  place: StoreKeyPlace,
  choice: { enabled: boolean; password: string },
): Promise<void> {
  const opened = await openStoreKey(place, { password: choice.password });
  if (opened.state !== 'open' || opened.appLock === choice.enabled) return;
  await keep(place, opened, choice.enabled ? choice.password : undefined);
}

/** Where the app lock is on, puts another password in the place of the present one. Throws `wrong_password`. */
export async function changeLockPassword(
  place: StoreKeyPlace,
  change: { password: string; newPassword: string },
): Promise<void> {
  const opened = await openStoreKey(place, { password: change.password });
  if (opened.state === 'open' && opened.appLock) await keep(place, opened, change.newPassword);
}

async function keep(
  place: StoreKeyPlace,
  opened: Extract<StoreKey, { state: 'open' }>,
  password: string | undefined,
): Promise<void> {
  const { store, profileKey, random } = place;
  const lock = await lockOf(opened, password, random);
  await profileKey.replace(async (wrap) => store.put(LOCK_RECORD, await wrap(encodeCbor(lock))));
  wipe(opened.key);
}

async function lockOf(
  { address, key }: { readonly address: string; readonly key: Bytes },
  password: string | undefined,
  random: Random,
): Promise<Lock> {
  if (password === undefined) return { v: LOCK_VERSION, address, key };
  const salt = random(LOCK_SALT_LENGTH);
  const locking = await lockKey(password, salt);
  const sealed = await seal(locking, STORE_KEY_LABEL, utf8(address), key, random);
  wipe(locking);
  return { v: LOCK_VERSION, address, salt, sealed };
}

async function openWithPassword(lock: z.infer<typeof passwordLock>, password: string): Promise<Bytes> {
  const locking = await lockKey(password, copyBytes(lock.salt));
  try {
    return await open(locking, STORE_KEY_LABEL, utf8(lock.address), lock.sealed);
  } catch (cause) {
    throw hasCode(cause, 'not_authentic') ? wrongPassword(cause) : cause;
  } finally {
    wipe(locking);
  }
}

async function readLock({ store, profileKey }: Omit<StoreKeyPlace, 'random'>): Promise<Lock | undefined> {
  const wrapped = await store.get(LOCK_RECORD);
  if (wrapped === undefined) return undefined;
  const content = decodeCbor(await profileKey.unwrap(wrapped));
  const lock = anyLock.safeParse(content);
  if (lock.success) return lock.data;
  throw isNewer(content) ? storeNewer() : storeDamaged();
}

function isNewer(content: unknown): boolean {
  const versioned = z.object({ v: z.int() }).safeParse(content);
  return versioned.success && versioned.data.v > LOCK_VERSION;
}
