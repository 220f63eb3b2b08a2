/**
 * HMAC (RFC 2104) on OpenSSL's one-shot hash. Setting up an HMAC object costs more than the two hashes of our
 * short inputs do. What is hashed is put together in one array, which is wiped after each use.
 */
import { hash } from 'node:crypto';
import type { HashName } from '../suites.ts';

const BLOCK_LENGTHS: Readonly<Record<HashName, number>> = { sha256: 64, sha384: 128, sha512: 128 };
const SCRATCH = new Uint8Array(1024);

export function nodeHmac(name: HashName, key: Uint8Array, data: Uint8Array): Uint8Array {
  const block = BLOCK_LENGTHS[name];
  const short = key.length > block ? hash(name, key, 'buffer') : key;
  const digest = hashPadded(name, short, block, 0x36, data);
  return new Uint8Array(hashPadded(name, short, block, 0x5c, digest));
}

/** The hash of the key, padded and masked, and of the data behind it. */
function hashPadded(
  name: HashName,
  key: Uint8Array,
  block: number,
  mask: number,
  data: Uint8Array,
): Uint8Array {
  const length = block + data.length;
  const input = length <= SCRATCH.length ? SCRATCH.subarray(0, length) : new Uint8Array(length);
  input.fill(mask, key.length, block);
  for (let i = 0; i < key.length; i++) input[i] = (key[i] ?? 0) ^ mask;
  input.set(data, block);
  const digest = hash(name, input, 'buffer');
  input.fill(0);
  return digest;
}
