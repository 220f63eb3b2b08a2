/** Entries as they come: one line of waiting batches for each stream; a batch that cannot be judged yet is kept. */
import type { Entry, StreamId } from '@sotto/contract';
import type { Receiver } from './receive.ts';

const PAUSE = 2_000;

export class Inbox {
  readonly #receiver: Receiver;
  readonly #onTaken: () => void;
  readonly #onTrouble: (error: unknown) => void;
  readonly #waiting = new Map<StreamId, (readonly Entry[])[]>();
  readonly #running = new Map<StreamId, Promise<void>>();
  #closed = false;

  /** @param onTaken after each batch; @param onTrouble where a batch has to wait */
  constructor(receiver: Receiver, onTaken: () => void, onTrouble: (error: unknown) => void) {
    this.#receiver = receiver;
    this.#onTaken = onTaken;
    this.#onTrouble = onTrouble;
  }

  add(stream: StreamId, entries: readonly Entry[]): void {
    const batches = this.#waiting.get(stream) ?? [];
    batches.push(entries);
    this.#waiting.set(stream, batches);
    if (!this.#running.has(stream)) {
      const run = this.#run(stream, batches).finally(() => this.#running.delete(stream));
      this.#running.set(stream, run);
    }
  }

  /** A new connection delivers anew what was not acknowledged: what waits is dropped. */
  reset(): void {
    for (const batches of this.#waiting.values()) batches.length = 0;
  }

  /** Resolves when nothing is being taken in. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running.values());
  }

  /** Resolves when nothing is being taken in any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.reset();
    await this.idle();
  }

  async #run(stream: StreamId, batches: (readonly Entry[])[]): Promise<void> {
    for (let batch = batches[0]; batch !== undefined && !this.#closed; batch = batches[0]) {
      try {
        await this.#receiver.take(stream, batch);
        if (batches[0] === batch) batches.shift();
        this.#onTaken();
      } catch (error) {
        this.#onTrouble(error);
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    }
  }
}
