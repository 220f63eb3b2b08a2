/** What the database holds of streams, read from the connection that sees only what is committed. */

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { EntryKind, StreamId } from '@sotto/contract';
import type { Bytes } from '@sotto/crypto/public';
import { type AccountId, type DeviceId, idBytes } from '@sotto/protocol/public';
import type { WireEntry } from './wire.ts';

/** Entries and bytes that one frame holds at most, if it holds more than one entry. */
const PAGE_ENTRIES = 128;
const PAGE_BYTES = 262_144;

export interface ReaderRow {
  readonly device: number;
  readonly acknowledged: number;
  readonly until: number | null;
}

interface EntryRow {
  readonly number: number;
  readonly kind: EntryKind;
  readonly sender: number;
  readonly id: DeviceId;
  readonly counter: number;
  readonly time: number;
  readonly bytes: Bytes;
}

export class StreamReader {
  readonly #entries: StatementSync;
  readonly #stream: StatementSync;
  readonly #readers: StatementSync;
  readonly #related: StatementSync;

  constructor(reading: DatabaseSync) {
    this.#entries = reading.prepare(
      `select number, kind, sender, id, entries.counter, time, bytes from entries
       join devices on devices.key = sender where stream = ? and number > ? and number <= ? order by number`,
    );
    this.#stream = reading.prepare('select id, newest from streams where key = ?');
    this.#readers = reading.prepare('select device, acknowledged, until from readers where stream = ?');
    this.#related = reading.prepare(
      `select distinct others.account from members own join members others on others.group_id = own.group_id
       where own.account = ?`,
    );
  }

  /** A page of the entries after one and up to another. */
  page(stream: number, after: number, until: number): readonly WireEntry[] {
    const entries: WireEntry[] = [];
    let size = 0;
    for (const row of this.#entries.iterate(stream, after, until)) {
      const { id, ...entry } = row as unknown as EntryRow;
      size += entry.bytes.length;
      if (entries.length > 0 && size > PAGE_BYTES) break;
      entries.push({ ...entry, senderId: idBytes(id) });
      if (entries.length === PAGE_ENTRIES) break;
    }
    return entries;
  }

  /** Undefined for a stream that does not exist. */
  stream(key: number): { readonly id: StreamId; readonly newest: number } | undefined {
    return this.#stream.get(key) as { id: StreamId; newest: number } | undefined;
  }

  readers(stream: number): readonly ReaderRow[] {
    return this.#readers.all(stream) as unknown as ReaderRow[];
  }

  /** Accounts that share a group with this one, itself included. */
  relatedAccounts(account: AccountId): ReadonlySet<AccountId> {
    const rows = this.#related.all(account) as { account: AccountId }[];
    return new Set([account, ...rows.map((row) => row.account)]);
  }
}
