/**
 * Tells when what waited at the server has been taken in. The server sends it right behind its greeting and answers
 * requests after that: an answer behind which nothing new is under way means that nothing more waits.
 */
import { SottoError } from '@sotto/crypto';

/** In a conversation that never pauses, this is enough. */
const ROUNDS = 8;

export class CatchUp {
  readonly #ask: () => Promise<unknown>;
  readonly #idle: () => Promise<void>;
  #greeted = newGreeting();
  #frames = 0;

  /**
   * @param ask makes a request to the server; rejects where there is no connection
   * @param idle resolves when nothing is being taken in or sent
   */
  constructor(ask: () => Promise<unknown>, idle: () => Promise<void>) {
    this.#ask = ask;
    this.#idle = idle;
  }

  /** A frame has come. */
  received(): void {
    this.#frames++;
  }

  /** The server has greeted. Call what is returned once all is done that the greeting asks for. */
  greeted(): () => void {
    return this.#greeted.resolve;
  }

  /** The connection is gone: what waits rejects with `offline`. */
  lost(): void {
    this.#greeted.reject(new SottoError('offline', 'The server cannot be reached. Check your connection.'));
    this.#greeted = newGreeting();
  }

  /** Resolves when nothing more waits that was there when it was called. Rejects with `offline`. */
  async done(): Promise<void> {
    await this.#greeted.promise;
    for (let round = 0; round < ROUNDS; round++) {
      const before = this.#frames;
      await this.#ask();
      // What came together with the answer is handed over within this turn of the loop.
      await new Promise((resolve) => setTimeout(resolve));
      await this.#idle();
      if (this.#frames === before) return;
    }
  }
}

function newGreeting(): PromiseWithResolvers<void> {
  const greeting = Promise.withResolvers<void>();
  greeting.promise.catch(() => undefined);
  return greeting;
}
