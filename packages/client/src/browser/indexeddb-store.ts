/**
 * The local store in IndexedDB. Each write is one transaction of `strict` durability: complete means on the disk.
 *
 * The holder of the profile is chosen by a Web Lock (host.ts). What a worker had begun when it was ended may reach
 * the database after the next holder has read from it, so each opening leaves a fence in the database and each write
 * checks in its own transaction that the fence is still its own (attack K10).
 */
import { type Bytes, copyBytes, type Random } from '@sotto/crypto/public';
import { checkKey, isEmpty, type KeyBounds, keyBounds } from '../store/key-range.ts';
import type { Change, Range, Store } from '../store/store.ts';
import { profileInUse, storeEvicted } from '../store/store-errors.ts';
import { completionOf, guarded, openDatabase, resultOf } from './idb.ts';

const RECORDS = 'records';
const FENCES = 'fences';
const FENCE = 'holder';
const FENCE_LENGTH = 16;

/**
 * Opens the store of that name, for this worker alone from now on: an older opening can write no more. Makes it where
 * there is none, or throws `store_evicted` there when `expected`. Throws `store_newer`, `store_full`, `store_failed`.
 */
export function openIndexedDbStore(name: string, random: Random, expected = false): Promise<Store> {
  return guarded(async () => {
    const database = await openDatabase(name, makeStores, !expected);
    if (database === undefined) throw storeEvicted();
    const fence = random(FENCE_LENGTH);
    const transaction = database.transaction(FENCES, 'readwrite', { durability: 'strict' });
    transaction.objectStore(FENCES).put(fence, FENCE);
    await completionOf(transaction);
    return new IndexedDbStore(database, fence);
  });
}

function makeStores(database: IDBDatabase): void {
  database.createObjectStore(RECORDS);
  database.createObjectStore(FENCES);
}

class IndexedDbStore implements Store {
  readonly #database: IDBDatabase;
  readonly #fence: Bytes;
  #removed = false;

  constructor(database: IDBDatabase, fence: Bytes) {
    this.#database = database;
    this.#fence = fence;
    database.onversionchange = () => database.close();
    // Only when the browser closes it: the person or the browser has removed the site's data.
    database.onclose = () => {
      this.#removed = true;
    };
  }

  get(key: string): Promise<Bytes | undefined> {
    return this.#read(async (records) => {
      const value: unknown = await resultOf(records.get(key));
      return value instanceof Uint8Array ? copyBytes(value) : undefined;
    });
  }

  put(key: string, value: Bytes): Promise<void> {
    return this.batch([{ put: key, value }]);
  }

  delete(key: string): Promise<void> {
    return this.batch([{ delete: key }]);
  }

  async range(range: Range): Promise<readonly (readonly [string, Bytes])[]> {
    const bounds = keyBounds(range);
    if (isEmpty(bounds) || range.limit === 0) return [];
    return this.#read((records) =>
      range.reverse === true && range.limit !== undefined
        ? readBackwards(records, bounds, range.limit)
        : readForwards(records, bounds, range),
    );
  }

  batch(changes: readonly Change[]): Promise<void> {
    return this.#write((records) => {
      for (const change of changes) {
        // A copy of the bytes alone: a view would be kept with all of the memory that it looks into.
        if ('put' in change) records.put(copyBytes(change.value), change.put);
        else records.delete(change.delete);
      }
    }, changes);
  }

  clear(): Promise<void> {
    return this.#write((records) => records.clear(), []);
  }

  async close(): Promise<void> {
    this.#database.close();
  }

  #read<T>(work: (records: IDBObjectStore) => Promise<T>): Promise<T> {
    return guarded(async () => {
      if (this.#removed) throw storeEvicted();
      return work(this.#database.transaction(RECORDS, 'readonly').objectStore(RECORDS));
    });
  }

  /** Issues all requests before it first waits, so that the values are those of the moment of the call. */
  #write(work: (records: IDBObjectStore) => unknown, changes: readonly Change[]): Promise<void> {
    return guarded(async () => {
      if (this.#removed) throw storeEvicted();
      for (const change of changes) if ('put' in change) checkKey(change.put);
      const transaction = this.#database.transaction([RECORDS, FENCES], 'readwrite', {
        durability: 'strict',
      });
      const fenced = abortUnlessFence(transaction, this.#fence);
      work(transaction.objectStore(RECORDS));
      await completionOf(transaction).catch((error) => {
        throw fenced() ? profileInUse(error) : error;
      });
    });
  }
}

/** Returns whether the transaction was aborted because another opening has put its fence. */
function abortUnlessFence(transaction: IDBTransaction, own: Bytes): () => boolean {
  let fenced = false;
  const reading = transaction.objectStore(FENCES).get(FENCE);
  reading.onsuccess = () => {
    const found: unknown = reading.result;
    fenced = !(found instanceof Uint8Array && found.every((byte, i) => byte === own[i]));
    if (fenced) transaction.abort();
  };
  return () => fenced;
}

function keyRange({ low, high, lowOpen }: KeyBounds): IDBKeyRange {
  return IDBKeyRange.bound(low, high, lowOpen, true);
}

async function readForwards(records: IDBObjectStore, bounds: KeyBounds, range: Range) {
  const query = keyRange(bounds);
  const [keys, values] = await Promise.all([
    resultOf(records.getAllKeys(query, range.limit)),
    resultOf(records.getAll(query, range.limit)),
  ]);
  const entries = keys.map((key, i) => [String(key), copyBytes(values[i])] as const);
  return range.reverse === true ? entries.reverse() : entries;
}

function readBackwards(records: IDBObjectStore, bounds: KeyBounds, limit: number) {
  return new Promise<readonly (readonly [string, Bytes])[]>((resolve, reject) => {
    const entries: (readonly [string, Bytes])[] = [];
    const reading = records.openCursor(keyRange(bounds), 'prev');
    reading.onerror = () => reject(reading.error);
    reading.onsuccess = () => {
      const cursor = reading.result;
      if (cursor === null) return resolve(entries);
      entries.push([String(cursor.key), copyBytes(cursor.value)]);
      if (entries.length === limit) resolve(entries);
      else cursor.continue();
    };
  });
}
