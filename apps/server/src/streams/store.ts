/** Streams in the database: appending an entry inside somebody's transaction, and who reads from where. */
import type { EntryKind, StreamId } from '@sotto/contract';
import type { Bytes } from '@sotto/crypto/public';
import type { Tables, Write } from '../platform/database/database.ts';

export interface NewEntry {
  readonly kind: EntryKind;
  /** The device's row. */
  readonly sender: number;
  readonly time: number;
  readonly bytes: Bytes;
}

/** Appends what came over HTTP. The number of the entry. */
export async function appendEntry(tables: Write, stream: number, entry: NewEntry): Promise<number> {
  const { newest } = await tables
    .updateTable('streams')
    .set((set) => ({ newest: set('newest', '+', 1) }))
    .where('key', '=', stream)
    .returning('newest')
    .executeTakeFirstOrThrow();
  await tables
    .insertInto('entries')
    .values({ stream, number: newest, counter: 0, ...entry })
    .execute();
  return newest;
}

export async function createStream(tables: Write, id: StreamId): Promise<number> {
  const { key } = await tables
    .insertInto('streams')
    .values({ id, newest: 0 })
    .returning('key')
    .executeTakeFirstOrThrow();
  return key;
}

export async function streamKey(tables: Tables, id: StreamId): Promise<number | undefined> {
  const row = await tables.selectFrom('streams').select('key').where('id', '=', id).executeTakeFirst();
  return row?.key;
}

/** The device reads what comes after `after`, whatever it read before. */
export async function startReading(
  tables: Write,
  stream: number,
  device: number,
  after: number,
): Promise<void> {
  const values = { acknowledged: after, until: null };
  await tables
    .insertInto('readers')
    .values({ stream, device, ...values })
    .onConflict((conflict) => conflict.columns(['stream', 'device']).doUpdateSet(values))
    .execute();
}

/** A device that was to stop reads on from where it is; one that has gone reads what comes after `after`. */
export async function readOn(tables: Write, stream: number, device: number, after: number): Promise<void> {
  await tables
    .insertInto('readers')
    .values({ stream, device, acknowledged: after, until: null })
    .onConflict((conflict) => conflict.columns(['stream', 'device']).doUpdateSet({ until: null }))
    .execute();
}

/** The device reads up to and with `until`, and no further. */
export async function stopReading(
  tables: Write,
  stream: number,
  devices: readonly number[],
  until: number,
): Promise<void> {
  if (devices.length === 0) return;
  await tables
    .updateTable('readers')
    .set({ until })
    .where('stream', '=', stream)
    .where('device', 'in', devices)
    .execute();
}
