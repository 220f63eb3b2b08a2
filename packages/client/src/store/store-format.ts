/**
 * The record `format` tells how the other records are to be read. It is one of the two that lie in the clear (the
 * other is `lock`, wrapped by the platform): it must be read before anything can be opened.
 *
 * ```
 * format = CBOR [number]
 * ```
 */
import { decodeCbor, encodeCbor } from '@sotto/crypto';
import * as z from 'zod/mini';
import type { Store } from './store.ts';
import { storeDamaged, storeNewer } from './store-errors.ts';

export const FORMAT_RECORD = 'format';

/** Written by this program; every lower number is read too. */
export const STORE_FORMAT = 1;

/** A newer format may add items behind the number. */
const formatRecord = z.tuple([z.int().check(z.positive())], z.unknown());

/**
 * Makes an empty store one of this format, and checks one that holds something.
 * Throws `store_newer` for a format above ours and `store_damaged` where there is none, and then changes nothing.
 */
export async function checkStoreFormat(store: Store): Promise<void> {
  const found = await store.get(FORMAT_RECORD);
  if (found === undefined) return beginStore(store);
  const record = formatRecord.safeParse(decodeCbor(found));
  if (!record.success) throw storeDamaged(record.error);
  if (record.data[0] > STORE_FORMAT) throw storeNewer();
}

async function beginStore(store: Store): Promise<void> {
  const others = await store.range({ prefix: '', limit: 1 });
  if (others.length > 0) throw storeDamaged();
  await store.put(FORMAT_RECORD, encodeCbor([STORE_FORMAT]));
}
