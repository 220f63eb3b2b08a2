/** What a {@link Range} means as bounds on keys: one reading for every implementation of the port. */
import { SottoError } from '@sotto/crypto/public';
import type { Range } from './store.ts';

/** Greater than every ASCII character, in UTF-8 and in UTF-16 alike: it ends the keys of a prefix. */
const BEYOND_ASCII = '\u0080';
const ASCII = /^[\x20-\x7e]+$/;

/** All keys with `low` ≤ key < `high`, without `low` itself where `lowOpen`. */
export interface KeyBounds {
  readonly low: string;
  readonly lowOpen: boolean;
  readonly high: string;
}

export function keyBounds({ prefix, before, after }: Range): KeyBounds {
  const lowOpen = after !== undefined && after >= prefix;
  const end = prefix + BEYOND_ASCII;
  return {
    low: lowOpen ? after : prefix,
    lowOpen,
    high: before !== undefined && before < end ? before : end,
  };
}

/** True where no key can lie between the bounds. */
export function isEmpty({ low, high }: KeyBounds): boolean {
  return low >= high;
}

/** Throws unless `key` is a key of the port: printable ASCII, so that all stores order it alike. */
export function checkKey(key: string): void {
  if (!ASCII.test(key))
    throw new SottoError('store_failed', 'A record was given a name that cannot be kept.');
}
