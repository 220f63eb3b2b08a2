/**
 * Writes down what devices have acknowledged, and deletes the entries that every reader has: a little later and many
 * at once, apart from the hot path. An acknowledgement that a crash loses is made again: the device gets the entries a
 * second time and drops them.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Database } from '../platform/database/database.ts';

const DELAY = 100;

interface Acknowledgement {
  readonly stream: number;
  readonly device: number;
  readonly number: number;
}

export class Settler {
  readonly #database: Database;
  /** The newest of each reader. */
  #acknowledgements = new Map<string, Acknowledgement>();
  #marked = new Set<number>();
  #statements: ReturnType<typeof prepare> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(database: Database) {
    this.#database = database;
  }

  acknowledge(stream: number, device: number, number: number): void {
    this.#acknowledgements.set(`${stream}/${device}`, { stream, device, number });
    this.mark([stream]);
  }

  /** The streams may hold entries that nobody waits for. */
  mark(streams: readonly number[]): void {
    for (const stream of streams) this.#marked.add(stream);
    if (this.#marked.size === 0 || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#running = this.#settle();
    }, DELAY).unref();
  }

  /** Resolves once all is written that was acknowledged before, if it can be. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#running;
    await this.#settle();
  }

  /** A failure (a full disk) leaves it for the next time. */
  async #settle(): Promise<void> {
    if (this.#marked.size === 0) return;
    const [acknowledgements, marked] = [this.#acknowledgements, this.#marked];
    this.#acknowledgements = new Map();
    this.#marked = new Set();
    try {
      await this.#database.writeNatively(
        (native) => this.#write(native, acknowledgements.values(), marked),
        () => undefined,
      );
    } catch {
      this.#acknowledgements = new Map([...acknowledgements, ...this.#acknowledgements]);
      this.#marked = new Set([...marked, ...this.#marked]);
    }
  }

  #write(native: DatabaseSync, acknowledgements: Iterable<Acknowledgement>, marked: Iterable<number>): void {
    this.#statements ??= prepare(native);
    const { acknowledge, endReader, prune } = this.#statements;
    for (const { stream, device, number } of acknowledgements) {
      acknowledge.run(number, stream, device, number);
      endReader.run(stream, device);
    }
    for (const stream of marked) prune.run(stream, stream, stream);
  }
}

function prepare(native: DatabaseSync) {
  return {
    acknowledge: native.prepare(
      'update readers set acknowledged = ? where stream = ? and device = ? and acknowledged < ?',
    ),
    endReader: native.prepare(
      'delete from readers where stream = ? and device = ? and until is not null and acknowledged >= until',
    ),
    // With no reader left, all entries go.
    prune: native.prepare(
      `delete from entries where stream = ? and number <= coalesce(
       (select min(acknowledged) from readers where stream = ?), (select newest from streams where key = ?))`,
    ),
  };
}
