/** Deletes entries that every reader has acknowledged: a little later and many at once, so that it costs little. */
import { sql } from 'kysely';
import type { Database } from '../platform/database/database.ts';

const DELAY = 250;

export class Pruner {
  readonly #database: Database;
  readonly #marked = new Set<number>();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(database: Database) {
    this.#database = database;
  }

  /** The streams may hold entries that nobody waits for. */
  mark(streams: readonly number[]): void {
    for (const stream of streams) this.#marked.add(stream);
    if (this.#marked.size === 0 || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#running = this.#prune();
    }, DELAY).unref();
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#running;
    await this.#prune();
  }

  /** A failure (a full disk) leaves the entries for the next time. */
  async #prune(): Promise<void> {
    const streams = [...this.#marked];
    this.#marked.clear();
    if (streams.length === 0) return;
    try {
      await this.#database.write(async (tables) => {
        for (const stream of streams) {
          await sql`delete from entries where stream = ${stream} and number <= coalesce(
            (select min(acknowledged) from readers where stream = ${stream}),
            (select newest from streams where key = ${stream}))`.execute(tables);
        }
      });
    } catch {
      for (const stream of streams) this.#marked.add(stream);
    }
  }
}
