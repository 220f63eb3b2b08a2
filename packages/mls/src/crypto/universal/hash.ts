/** SHA-2 by noble: synchronous everywhere. */
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import type { HashName } from '../suites.ts';

export const HASHES: {
  readonly sha256: typeof sha256;
  readonly sha384: typeof sha384;
  readonly sha512: typeof sha512;
} = {
  sha256,
  sha384,
  sha512,
};

export const HASH_LENGTHS: Readonly<Record<HashName, number>> = { sha256: 32, sha384: 48, sha512: 64 };

export function universalHash(name: HashName, data: Uint8Array): Uint8Array {
  return HASHES[name](data);
}
