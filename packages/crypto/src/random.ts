/**
 * Randomness, from the operating system only. Every key is made from bytes drawn here, so that a broken
 * source stops the making of keys instead of making guessable ones.
 *
 * The check is the repetition count test of NIST SP 800-90B section 4.4.1 at its coarsest: a source that is
 * stuck repeats itself. Two equal 16-byte blocks in a row have probability 2^-128 from a sound source.
 */
import { type Bytes, equalBytes } from './bytes.ts';
import { SottoError } from './errors.ts';

/** Draws `length` random bytes; throws `random_failed` rather than return bad ones. */
export type Random = (length: number) => Bytes;

const BLOCK = 16;
const MOST_AT_ONCE = 65_536;

/** Wraps a source of bytes so that a stuck or failing one throws. */
export function checkedRandom(fill: (target: Bytes) => void): Random {
  let last: Bytes | undefined;
  return (length) => {
    if (!Number.isSafeInteger(length) || length < 0) {
      throw new SottoError('bad_length', 'The number of random bytes must be a whole number.');
    }
    const drawn = new Uint8Array(BLOCK + Math.ceil(length / BLOCK) * BLOCK);
    try {
      for (let at = 0; at < drawn.length; at += MOST_AT_ONCE) fill(drawn.subarray(at, at + MOST_AT_ONCE));
    } catch (cause) {
      throw new SottoError('random_failed', 'This device could not produce random numbers.', { cause });
    }
    for (let at = 0; at < drawn.length; at += BLOCK) {
      const block = drawn.slice(at, at + BLOCK);
      if (last !== undefined && equalBytes(block, last)) {
        throw new SottoError('random_failed', 'The random numbers of this device repeat themselves.');
      }
      last = block;
    }
    return drawn.slice(BLOCK, BLOCK + length);
  };
}

/** The system's source. The first block of each draw is only compared, never handed out. */
export const systemRandom: Random = checkedRandom((target) => {
  globalThis.crypto.getRandomValues(target);
});
