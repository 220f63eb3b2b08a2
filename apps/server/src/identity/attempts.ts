/**
 * What the server remembers between the two steps of a sign-in: in memory, for a minute, used once. When there are too
 * many, the oldest goes, so that a flood costs a person a second try and the server nothing.
 */
import { systemRandom, toBase64Url } from '@sotto/crypto/public';

const LIFE = 60_000;
const MOST = 10_000;

export class Attempts<T> {
  readonly #now: () => number;
  readonly #waiting = new Map<string, { readonly value: T; readonly until: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The name of the attempt, for the second step. */
  add(value: T): string {
    for (const [name, { until }] of this.#waiting) {
      if (until > this.#now() && this.#waiting.size < MOST) break;
      this.#waiting.delete(name);
    }
    const name = toBase64Url(systemRandom(32));
    this.#waiting.set(name, { value, until: this.#now() + LIFE });
    return name;
  }

  /** Undefined where there is none of that name, or not any more. */
  take(name: string): T | undefined {
    const attempt = this.#waiting.get(name);
    this.#waiting.delete(name);
    return attempt !== undefined && attempt.until > this.#now() ? attempt.value : undefined;
  }
}
