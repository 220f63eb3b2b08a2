/**
 * The browser's profile: its key, its store, and how it is known that the browser has removed one of them.
 *
 * The key lies in a database beside the store's. Scripts cannot read it back; whoever holds the disk can
 * (SECURITY.md), unless the app lock is on. It is made when a device signs in and forgotten when it signs out, so it
 * is at the same time a mark that there was a store. A second mark lies in Cache Storage, since a damaged IndexedDB
 * is thrown away as a whole. A browser that removes everything leaves no mark: then the device is signed out.
 */
import {
  type Bytes,
  type NativeKey,
  openRecord,
  type Random,
  recordKey,
  sealRecord,
  utf8,
  wipe,
} from '@sotto/crypto';
import type { Store } from '../store/store.ts';
import { storeDamaged } from '../store/store-errors.ts';
import type { ProfileKey } from '../store/store-key.ts';
import { completionOf, guarded, openDatabase, resultOf } from './idb.ts';
import { openIndexedDbStore } from './indexeddb-store.ts';

const KEYS = 'keys';
const KEY = 'profile';
const NEXT = 'profile-next';
const PLACE = utf8('profile key 1');
const MARK = '/.sotto-profile';

export interface BrowserProfile {
  readonly profileKey: ProfileKey;
  /**
   * Throws `store_evicted` where there was a store and is none any more, and then forgets it: the next call opens an
   * empty one.
   */
  openStore(): Promise<Store>;
}

/** @param name begins the names of what is kept */
export function browserProfile(name: string, random: Random): BrowserProfile {
  const profileKey = browserProfileKey(`${name}-profile`, random);
  return {
    profileKey,
    async openStore() {
      const expected = (await profileKey.exists()) || (await isMarked(`${name}-profile`));
      try {
        return await openIndexedDbStore(name, random, expected);
      } catch (error) {
        if (expected && error instanceof Error && 'code' in error && error.code === 'store_evicted') {
          await profileKey.forget();
        }
        throw error;
      }
    },
  };
}

function browserProfileKey(name: string, random: Random): ProfileKey & { exists(): Promise<boolean> } {
  const read = (key: string) => inKeys<NativeKey | undefined>(name, 'readonly', (keys) => keys.get(key));
  const put = (key: NativeKey, as: string) => inKeys(name, 'readwrite', (keys) => keys.put(key, as));
  const make = async (as: string): Promise<NativeKey> => {
    const bytes = random(32);
    const key = await recordKey(bytes);
    wipe(bytes);
    await put(key, as);
    return key;
  };
  const settle = async (key: NativeKey): Promise<void> => {
    await put(key, KEY);
    await inKeys(name, 'readwrite', (keys) => keys.delete(NEXT));
  };
  return {
    exists: async () => (await read(KEY)) !== undefined,
    async wrap(bytes) {
      const there = await read(KEY);
      if (there !== undefined) return sealRecord(there, PLACE, bytes, random);
      const key = await make(KEY);
      await caches.open(name).then((cache) => cache.put(MARK, new Response()));
      return sealRecord(key, PLACE, bytes, random);
    },
    async unwrap(wrapped) {
      const key = await read(KEY);
      if (key === undefined) throw storeDamaged();
      const opened = await opens(key, wrapped);
      if (opened !== undefined) return opened;
      // Interrupted while the key was replaced, after what it wraps was kept.
      const next = await read(NEXT);
      const kept = next === undefined ? undefined : await opens(next, wrapped);
      if (next === undefined || kept === undefined) throw storeDamaged();
      await settle(next);
      return kept;
    },
    async replace(keep) {
      const key = await make(NEXT);
      await keep((bytes) => sealRecord(key, PLACE, bytes, random));
      await settle(key);
    },
    async forget() {
      await inKeys(name, 'readwrite', (keys) => keys.clear());
      await caches.delete(name);
    },
  };
}

async function opens(key: NativeKey, wrapped: Bytes): Promise<Bytes | undefined> {
  return openRecord(key, PLACE, wrapped).catch(() => undefined);
}

async function isMarked(name: string): Promise<boolean> {
  return (await caches.has(name)) && (await caches.match(MARK, { cacheName: name })) !== undefined;
}

/** One request on the keys, in a transaction and a connection of its own: it happens a few times in a session. */
function inKeys<T>(
  name: string,
  mode: IDBTransactionMode,
  work: (keys: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  return guarded(async () => {
    const database = await openDatabase(name, (made) => made.createObjectStore(KEYS));
    if (database === undefined) throw storeDamaged();
    try {
      const transaction = database.transaction(KEYS, mode, { durability: 'strict' });
      const [result] = await Promise.all([
        resultOf(work(transaction.objectStore(KEYS))),
        completionOf(transaction),
      ]);
      return result;
    } finally {
      database.close();
    }
  });
}
