/**
 * Entries as they come: one line of waiting batches for each stream; a batch that cannot be judged yet is kept. What
 * waits is bounded: a server that brings more than can be taken in is not listened to further (attack X4).
 */
import type { Entry, StreamId } from '@sotto/contract';
import { BOUNDS } from '../bounds.ts';
import type { Receiver } from './receive.ts';

const PAUSE = 2_000;
/** What an entry takes beside its bytes, and a batch beside its entries. */
const OVERHEAD = 256;

export class Inbox {
  readonly #receiver: Receiver;
  readonly #onTaken: () => void;
  readonly #onTrouble: (error: unknown) => void;
  readonly #waiting = new Map<StreamId, (readonly Entry[])[]>();
  readonly #running = new Map<StreamId, Promise<void>>();
  #size = 0;
  #closed = false;

  /** @param onTaken after each batch; @param onTrouble where a batch has to wait */
  constructor(receiver: Receiver, onTaken: () => void, onTrouble: (error: unknown) => void) {
    this.#receiver = receiver;
    this.#onTaken = onTaken;
    this.#onTrouble = onTrouble;
  }

  /** What waits: bytes, and streams that have something waiting. */
  get load(): { readonly bytes: number; readonly streams: number } {
    return { bytes: this.#size, streams: this.#waiting.size };
  }

  /**
   * False where too much waits already: then nothing is added, and nothing of this connection must be added after it.
   */
  add(stream: StreamId, entries: readonly Entry[]): boolean {
    const size = sizeOf(entries);
    if (this.#size > 0 && this.#size + size > BOUNDS.waiting) return false;
    this.#size += size;
    const batches = this.#waiting.get(stream) ?? [];
    batches.push(entries);
    this.#waiting.set(stream, batches);
    if (!this.#running.has(stream)) {
      const run = this.#run(stream, batches).finally(() => {
        this.#running.delete(stream);
        this.#waiting.delete(stream);
      });
      this.#running.set(stream, run);
    }
    return true;
  }

  /** A new connection delivers anew what was not acknowledged: what waits is dropped. */
  reset(): void {
    for (const batches of this.#waiting.values()) batches.length = 0;
    this.#size = 0;
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
        if (batches[0] === batch) {
          batches.shift();
          this.#size -= sizeOf(batch);
        }
        this.#onTaken();
      } catch (error) {
        this.#onTrouble(error);
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    }
  }
}

function sizeOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, { bytes }) => sum + OVERHEAD + (bytes?.length ?? 0), OVERHEAD);
}
