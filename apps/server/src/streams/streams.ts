/**
 * The streams of connected devices (docs/spec/streams.md): takes submissions and acknowledgements, writes them in
 * batches, and pushes what was written. The database is the truth; this keeps only where each connection is.
 *
 * Order: everything that writes holds the one writing connection, and what follows from it is announced before it is
 * let go. So a connection never sees an entry before an earlier one, nor one beyond its removal.
 */
import {
  type ClientFrame,
  LIMITS,
  type ServerFrame,
  type StreamId,
  type WireErrorCode,
  wireErrorOf,
} from '@sotto/contract';
import { type AccountId, idBytes } from '@sotto/protocol/public';
import { wireCodeOf } from '../platform/http/errors.ts';
import type { Platform } from '../platform/platform.ts';
import { Allowance } from './allowance.ts';
import { type Connection, type Feed, sendableUntil } from './connection.ts';
import { welcomeOf } from './hello.ts';
import { type ReaderRow, StreamReader } from './reader.ts';
import { Settler } from './settler.ts';
import { entriesFrame, type WireEntry } from './wire.ts';
import { BatchWriter, type Reply, type Submission, type Written } from './writer.ts';

/** Frames of a device in a minute that change nothing: after a loss some do, a flood is an attack (X4). */
const POINTLESS_FRAMES = 6_000;

interface Waiting extends Submission {
  readonly connection: Connection;
}

export class Streams {
  readonly #platform: Platform;
  readonly #reader: StreamReader;
  readonly #settler: Settler;
  readonly #allowance: Allowance;
  readonly #pointless: Allowance;
  readonly #connections = new Map<number, Connection>();
  readonly #feeds = new Map<number, Set<Feed>>();
  #writer: BatchWriter | undefined;
  #submissions: Waiting[] = [];
  #flushing: Promise<void> | undefined;
  #closed = false;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#reader = new StreamReader(platform.database.reading);
    this.#settler = new Settler(platform.database);
    this.#allowance = new Allowance(platform.settings.messagesPerMinute, platform.now);
    this.#pointless = new Allowance(POINTLESS_FRAMES, platform.now);
  }

  get connections(): Iterable<Connection> {
    return this.#connections.values();
  }

  get connected(): number {
    return this.#connections.size;
  }

  /** Takes in a device's connection in place of an older one, says `ready` and sends what waits for it. */
  async attach(connection: Connection): Promise<void> {
    const { key } = connection.caller;
    if (this.#closed) return connection.close('going_down');
    this.#connections.get(key)?.close('connection_replaced');
    this.detach(this.#connections.get(key));
    this.#connections.set(key, connection);
    await this.#settler.flush();
    await this.#platform.database.write(async (tables) => {
      const { ready, streams } = await welcomeOf(tables, connection.caller);
      tables.whenDone(() => {
        if (this.#connections.get(key) !== connection) return;
        connection.ready = true;
        connection.send(ready);
        for (const row of streams) this.#pump(this.#addFeed(connection, row.stream, row.id, row.newest, row));
      });
    });
  }

  detach(connection: Connection | undefined): void {
    if (connection === undefined) return;
    if (this.#connections.get(connection.caller.key) === connection) {
      this.#connections.delete(connection.caller.key);
    }
    for (const feed of connection.feeds.values()) this.#dropFeed(feed);
  }

  /** A frame of a connection that is ready. */
  receive(connection: Connection, frame: ClientFrame): void {
    if (frame.type === 'submit') this.#submit(connection, frame);
    else if (frame.type === 'acknowledge') this.#acknowledge(connection, frame);
    else connection.close('bad_request');
  }

  #submit(connection: Connection, frame: Extract<ClientFrame, { type: 'submit' }>): void {
    if (connection.waiting >= LIMITS.submissions) {
      connection.close('too_many_requests');
      return;
    }
    const { counter, stream, bytes } = frame;
    const { deviceId, caller } = connection;
    if (!this.#allowance.take(caller.key, bytes.length)) {
      connection.send({ type: 'refused', counter, code: 'too_many_requests' });
      this.#countPointless(connection);
      return;
    }
    connection.waiting++;
    this.#submissions.push({ connection, device: caller.key, deviceId, counter, stream, bytes });
    this.#scheduleFlush();
  }

  #acknowledge(connection: Connection, frame: Extract<ClientFrame, { type: 'acknowledge' }>): void {
    const feed = connection.feeds.get(frame.stream);
    // The device may have been removed from the stream meanwhile, or say again what it said before.
    if (feed === undefined || frame.number <= feed.acknowledged) {
      this.#countPointless(connection);
      return;
    }
    if (frame.number > feed.sent) {
      connection.close('bad_request');
      return;
    }
    feed.acknowledged = frame.number;
    this.#settler.acknowledge(feed.stream, connection.caller.key, frame.number);
    if (feed.sent < feed.newest) this.#pump(feed);
    if (feed.acknowledged >= feed.until) this.#dropFeed(feed);
  }

  #countPointless(connection: Connection): void {
    if (!this.#pointless.take(connection.caller.key, 0)) connection.close('too_many_requests');
  }

  /** Counts what comes over HTTP as submitted. Throws `too_many_requests` where the device has used up its minute. */
  requireAllowance(device: number, bytes: number): void {
    if (!this.#allowance.take(device, bytes)) throw wireErrorOf('too_many_requests');
  }

  #scheduleFlush(): void {
    this.#flushing ??= new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => this.#flush())
      .finally(() => {
        this.#flushing = undefined;
        if (this.#submissions.length > 0) this.#scheduleFlush();
      });
  }

  async #flush(): Promise<void> {
    const submissions: Waiting[] = [];
    try {
      await this.#platform.database.writeNatively(
        (native) => {
          // Taken only now, so that what came while another held the connection goes along.
          submissions.push(...this.#submissions.splice(0));
          this.#writer ??= new BatchWriter(native);
          return this.#writer.write(submissions, this.#platform.now());
        },
        (written) => this.#announce(written),
      );
    } catch (error) {
      this.#refuseAll(submissions, wireCodeOf(error));
    }
    for (const { connection } of submissions) connection.waiting--;
  }

  #announce({ entries, replies }: Written<Waiting>): void {
    for (const [stream, added] of entries) this.#deliver(stream, added);
    for (const reply of replies) sendReply(reply);
  }

  #refuseAll(submissions: readonly Waiting[], code: WireErrorCode): void {
    for (const to of submissions) sendReply({ to, type: 'refused', code });
  }

  #deliver(stream: number, added: readonly WireEntry[]): void {
    const first = added[0]?.number ?? 0;
    const last = added.at(-1)?.number ?? 0;
    const frameFor = framesOf(added);
    for (const feed of this.#feeds.get(stream) ?? []) {
      feed.newest = last;
      const { connection } = feed;
      if (feed.sent !== first - 1 || sendableUntil(feed) < last || !connection.keepsUp) {
        this.#pump(feed);
        continue;
      }
      feed.sent = last;
      connection.sendBytes(frameFor(feed));
    }
  }

  /** Sends from the database what the connection has not had and may have now. */
  #pump(feed: Feed): void {
    const { connection, stream } = feed;
    const until = sendableUntil(feed);
    while (feed.sent < until && connection.keepsUp && connection.open) {
      const entries = this.#reader.page(stream, feed.sent, until);
      feed.sent = entries.at(-1)?.number ?? until;
      if (entries.length > 0) {
        connection.sendBytes(entriesFrame(feed.streamId, entries, connection.caller.key));
      }
    }
  }

  /** The connection reads again. */
  resume(connection: Connection): void {
    for (const feed of connection.feeds.values()) this.#pump(feed);
  }

  /** Call when a stream's readers changed or an entry came over HTTP, once that is durable. */
  changed(stream: number): void {
    const row = this.#reader.stream(stream);
    if (row === undefined) return;
    const readers = new Map(this.#reader.readers(stream).map((reader) => [reader.device, reader]));
    for (const feed of [...(this.#feeds.get(stream) ?? [])]) {
      if (!readers.has(feed.connection.caller.key)) this.#dropFeed(feed);
    }
    for (const [device, reader] of readers) {
      const connection = this.#connections.get(device);
      if (connection?.ready === true) {
        this.#pump(this.#addFeed(connection, stream, row.id, row.newest, reader));
      }
    }
  }

  /** Entries may have no reader left. */
  prune(streams: readonly number[]): void {
    this.#settler.mark(streams);
  }

  disconnect(device: number, code: WireErrorCode): void {
    const connection = this.#connections.get(device);
    connection?.close(code);
    this.detach(connection);
  }

  /** Tells all who share a group with the account, and its own devices, of its newest state. */
  announceAccount(account: AccountId, number: number): void {
    if (this.#connections.size === 0) return;
    const related = this.#reader.relatedAccounts(account);
    for (const connection of this.#connections.values()) {
      if (connection.ready && related.has(connection.caller.account)) {
        connection.send({ type: 'account', account, number });
      }
    }
  }

  /** Tells the account's devices but `device`, whose name or standing has changed. `number`: of the newest state. */
  announceDevices(account: AccountId, device: number, number: number): void {
    this.#tellOthers(account, device, { type: 'account', account, number });
  }

  /** Tells the account's devices but `device`, which sealed them. */
  announceContacts(account: AccountId, device: number, number: number): void {
    this.#tellOthers(account, device, { type: 'contacts', number });
  }

  #tellOthers(account: AccountId, device: number, frame: ServerFrame): void {
    for (const connection of this.#connections.values()) {
      const { caller } = connection;
      if (connection.ready && caller.account === account && caller.key !== device) connection.send(frame);
    }
  }

  announceKeyPackages(device: number, left: number): void {
    const connection = this.#connections.get(device);
    if (connection?.ready === true) connection.send({ type: 'key-packages', left });
  }

  /** Writes what was submitted, tells all devices and lets no more in. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#flushing !== undefined) await this.#flushing;
    for (const connection of [...this.#connections.values()]) {
      connection.close('going_down');
      this.detach(connection);
    }
    await this.#settler.flush();
  }

  #addFeed(
    connection: Connection,
    stream: number,
    id: StreamId,
    newest: number,
    reader: Pick<ReaderRow, 'acknowledged' | 'until'>,
  ): Feed {
    const known = connection.feeds.get(id);
    const until = reader.until ?? Number.POSITIVE_INFINITY;
    if (known !== undefined) {
      known.newest = newest;
      known.until = until;
      known.acknowledged = Math.max(known.acknowledged, reader.acknowledged);
      known.sent = Math.max(known.sent, reader.acknowledged);
      return known;
    }
    const { acknowledged } = reader;
    const feed = {
      connection,
      stream,
      id,
      streamId: idBytes(id),
      newest,
      sent: acknowledged,
      acknowledged,
      until,
    };
    connection.feeds.set(id, feed);
    const feeds = this.#feeds.get(stream);
    if (feeds === undefined) this.#feeds.set(stream, new Set([feed]));
    else feeds.add(feed);
    return feed;
  }

  #dropFeed(feed: Feed): void {
    const feeds = this.#feeds.get(feed.stream);
    feeds?.delete(feed);
    if (feeds?.size === 0) this.#feeds.delete(feed.stream);
    feed.connection.feeds.delete(feed.id);
  }
}

/** One frame serves all but those who sent something of it. */
function framesOf(added: readonly WireEntry[]): (feed: Feed) => Uint8Array {
  const senders = new Set(added.map(({ sender }) => sender));
  let common: Uint8Array | undefined;
  return ({ connection, streamId }) => {
    const own = connection.caller.key;
    if (senders.has(own)) return entriesFrame(streamId, added, own);
    common ??= entriesFrame(streamId, added, null);
    return common;
  };
}

function sendReply({ to, ...reply }: Reply<Waiting>): void {
  const { connection, counter } = to;
  connection.send(
    reply.type === 'taken' ? { type: 'taken', counter } : { type: 'refused', counter, code: reply.code },
  );
}
