/**
 * The local store as the device uses it: plain records over the port's opaque bytes. Each record is CBOR, sealed
 * under the store key and bound to its key, so that whoever holds the disk can neither read nor change nor move one.
 * Whoever holds the disk can still delete records and put old ones back: what must not go backwards is checked
 * where it is used (docs/spec/local-store.md).
 *
 * Trusts the store key and nothing that comes from the store.
 */
import {
  type Bytes,
  type CborValue,
  decodeCbor,
  encodeCbor,
  openRecord,
  type Random,
  type RecordKey,
  sealRecord,
  utf8,
} from '@sotto/crypto';
import { checkKey } from './key-range.ts';
import type { Change, Range, Store } from './store.ts';
import { storeDamaged } from './store-errors.ts';
import { FORMAT_RECORD } from './store-format.ts';
import { LOCK_RECORD } from './store-key.ts';

/**
 * Plain data of the kinds that CBOR has, without `undefined` anywhere. `object` stands for records declared as
 * interfaces, which TypeScript does not take for an index signature; a value that cannot be encoded throws.
 */
export type Storable = CborValue | object;

export type SealedChange = { readonly put: string; readonly value: Storable } | { readonly delete: string };

/** Records with their keys, in the order of the range. */
export type SealedEntries<T> = readonly (readonly [key: string, value: T])[];

export class SealedStore {
  readonly #store: Store;
  readonly #key: RecordKey;
  readonly #random: Random;

  private constructor(store: Store, key: RecordKey, random: Random) {
    this.#store = store;
    this.#key = key;
    this.#random = random;
  }

  static open(store: Store, key: RecordKey, random: Random): SealedStore {
    return new SealedStore(store, key, random);
  }

  /**
   * The record as it was put; undefined where there is none. `T` is the caller's word: what opens was written by
   * this device, so its shape is what {@link STORE_FORMAT} says. Throws `store_damaged` where it does not open.
   */
  async get<T>(key: string): Promise<T | undefined> {
    const sealed = await this.#store.get(place(key));
    return sealed === undefined ? undefined : this.#open<T>(key, sealed);
  }

  put(key: string, value: Storable): Promise<void> {
    return this.batch([{ put: key, value }]);
  }

  delete(key: string): Promise<void> {
    return this.batch([{ delete: key }]);
  }

  /** Throws `store_damaged` when one of the records does not open. */
  async range<T>(range: Range): Promise<SealedEntries<T>> {
    const entries = await this.#store.range(range);
    const records = entries.filter(([key]) => !isClear(key));
    return Promise.all(
      records.map(async ([key, sealed]) => [key, await this.#open<T>(key, sealed)] as const),
    );
  }

  /** The keys alone: also of records that do not open. */
  async keys(range: Range): Promise<readonly string[]> {
    const entries = await this.#store.range(range);
    return entries.map(([key]) => key).filter((key) => !isClear(key));
  }

  /** All or nothing, in the given order, and durable when it resolves. */
  async batch(changes: readonly SealedChange[]): Promise<void> {
    await this.#store.batch(await Promise.all(changes.map((change) => this.#seal(change))));
  }

  async #seal(change: SealedChange): Promise<Change> {
    if (!('put' in change)) return { delete: place(change.delete) };
    const name = place(change.put);
    const plaintext = encodeRecord(change.value);
    return { put: name, value: await sealRecord(this.#key, utf8(name), plaintext, this.#random) };
  }

  async #open<T>(key: string, sealed: Bytes): Promise<T> {
    const plaintext = await openRecord(this.#key, utf8(key), sealed).catch((cause) => {
      throw storeDamaged(cause);
    });
    const value = decodeCbor(plaintext);
    if (value === undefined) throw storeDamaged();
    return value as T;
  }
}

/** Throws where the bytes would not decode again: such a record is refused now instead of being damaged later. */
function encodeRecord(value: Storable): Bytes {
  const encoded = encodeCbor(value as CborValue);
  if (decodeCbor(encoded) === undefined) throw new TypeError('The record is not plain data.');
  return encoded;
}

function isClear(key: string): boolean {
  return key === FORMAT_RECORD || key === LOCK_RECORD;
}

function place(key: string): string {
  checkKey(key);
  if (isClear(key)) throw new RangeError('This record is not a sealed one.');
  return key;
}
