/**
 * Group commit: all submissions that wait are written in one transaction, straight on node:sqlite
 * (Kysely costs about as much a statement as SQLite itself). What is told to anybody is durable by then.
 */

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { ENTRY_KIND, LIMITS, type StreamId, type WireErrorCode } from '@sotto/contract';
import { type Bytes, equalBytes } from '@sotto/crypto/public';
import type { WireEntry } from './wire.ts';

export interface Submission {
  /** The device's row and id. */
  readonly device: number;
  readonly deviceId: Bytes;
  readonly counter: number;
  readonly stream: StreamId;
  readonly bytes: Bytes;
}

export type Reply<S extends Submission> =
  | { readonly to: S; readonly type: 'taken' }
  | { readonly to: S; readonly type: 'refused'; readonly code: WireErrorCode };

export interface Written<S extends Submission> {
  /** By the stream's row, in order. */
  readonly entries: ReadonlyMap<number, readonly WireEntry[]>;
  readonly replies: readonly Reply<S>[];
}

interface StreamRow {
  readonly key: number;
  newest: number;
  readonly entries: WireEntry[];
}

/** Prepares its statements once; use it only inside a transaction of that connection. */
export class BatchWriter {
  readonly #statements: ReturnType<typeof prepare>;

  constructor(native: DatabaseSync) {
    this.#statements = prepare(native);
  }

  write<S extends Submission>(submissions: readonly S[], time: number): Written<S> {
    const batch = new Batch<S>(this.#statements, time);
    for (const submission of submissions) batch.submit(submission);
    return { entries: batch.finish(), replies: batch.replies };
  }
}

/** One transaction's view of what it touches, so that each row is read and written once. */
class Batch<S extends Submission> {
  readonly replies: Reply<S>[] = [];
  readonly #counters = new Map<number, number>();
  readonly #advanced = new Set<number>();
  readonly #streams = new Map<StreamId, StreamRow | undefined>();
  readonly #writers = new Map<number, Set<number>>();
  readonly #statements: ReturnType<typeof prepare>;
  readonly #time: number;

  constructor(statements: ReturnType<typeof prepare>, time: number) {
    this.#statements = statements;
    this.#time = time;
  }

  submit(submission: S): void {
    const last = this.#counterOf(submission.device);
    if (submission.counter <= last) this.#repeated(submission);
    else if (submission.counter > last + 1) this.#refuse(submission, 'out_of_order');
    else if (submission.bytes.length > LIMITS.entry) this.#refuse(submission, 'too_large');
    else this.#appendIfMember(submission);
  }

  finish(): ReadonlyMap<number, readonly WireEntry[]> {
    const entries = new Map<number, readonly WireEntry[]>();
    for (const stream of this.#streams.values()) {
      if (stream === undefined || stream.entries.length === 0) continue;
      this.#statements.advanceStream.run(stream.newest, stream.key);
      entries.set(stream.key, stream.entries);
    }
    for (const device of this.#advanced) {
      this.#statements.advanceCounter.run(this.#counters.get(device) ?? 0, device);
    }
    return entries;
  }

  #appendIfMember(submission: S): void {
    const stream = this.#streamOf(submission.stream);
    if (stream === undefined || !this.#mayWrite(stream.key, submission.device)) {
      this.#refuse(submission, 'unknown_group');
    } else {
      this.#append(stream, submission);
    }
  }

  #append(stream: StreamRow, { device, deviceId, counter, bytes }: S): void {
    const number = ++stream.newest;
    this.#statements.insert.run(stream.key, number, ENTRY_KIND.message, device, counter, this.#time, bytes);
    this.#counters.set(device, counter);
    this.#advanced.add(device);
    const { message: kind } = ENTRY_KIND;
    stream.entries.push({
      number,
      kind,
      sender: device,
      senderId: deviceId,
      counter,
      time: this.#time,
      bytes,
    });
  }

  #repeated(submission: S): void {
    const row = this.#statements.bySubmission.get(submission.device, submission.counter);
    const same =
      row === undefined ||
      (row.id === submission.stream &&
        row.bytes instanceof Uint8Array &&
        equalBytes(row.bytes, submission.bytes));
    if (same) this.replies.push({ to: submission, type: 'taken' });
    else this.#refuse(submission, 'counter_reused');
  }

  #refuse(to: S, code: WireErrorCode): void {
    this.replies.push({ to, type: 'refused', code });
  }

  #counterOf(device: number): number {
    const known = this.#counters.get(device);
    if (known !== undefined) return known;
    const counter = Number(this.#statements.counter.get(device)?.counter ?? 0);
    this.#counters.set(device, counter);
    return counter;
  }

  #streamOf(id: StreamId): StreamRow | undefined {
    if (this.#streams.has(id)) return this.#streams.get(id);
    const row = this.#statements.groupStream.get(id);
    const stream =
      row === undefined ? undefined : { key: Number(row.key), newest: Number(row.newest), entries: [] };
    this.#streams.set(id, stream);
    return stream;
  }

  #mayWrite(stream: number, device: number): boolean {
    const writers = this.#writers.get(stream) ?? new Set();
    this.#writers.set(stream, writers);
    if (writers.has(device)) return true;
    if (this.#statements.writer.get(stream, device) === undefined) return false;
    writers.add(device);
    return true;
  }
}

function prepare(native: DatabaseSync) {
  const statement = (sql: string): StatementSync => native.prepare(sql);
  return {
    counter: statement('select counter from devices where key = ?'),
    groupStream: statement(
      'select streams.key, newest from streams join groups on groups.stream = streams.key where streams.id = ?',
    ),
    writer: statement('select 1 from readers where stream = ? and device = ? and until is null'),
    insert: statement(
      'insert into entries (stream, number, kind, sender, counter, time, bytes) values (?, ?, ?, ?, ?, ?, ?)',
    ),
    bySubmission: statement(
      'select streams.id, bytes from entries join streams on streams.key = stream where sender = ? and counter = ?',
    ),
    advanceStream: statement('update streams set newest = ? where key = ?'),
    advanceCounter: statement('update devices set counter = ? where key = ?'),
  };
}
