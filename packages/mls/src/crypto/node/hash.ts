/**
 * Hashing and HMAC (RFC 2104) on OpenSSL's one-shot hash. Digests come as text of one character per byte: an array from
 * OpenSSL is an allocation outside the heap, which costs several times the hashing of our short inputs, and setting up
 * an HMAC object costs more than its two hashes do.
 */
import { hash } from 'node:crypto';
import type { HashName } from '../suites.ts';

const BLOCK_LENGTHS: Readonly<Record<HashName, number>> = { sha256: 64, sha384: 128, sha512: 128 };
/** What HMAC hashes is put together here, and wiped after each use. */
const SCRATCH = new Uint8Array(1024);

export function nodeHash(name: HashName, data: Uint8Array): Uint8Array {
  return bytesOf(hash(name, data, 'binary'));
}

export function nodeHmac(name: HashName, key: Uint8Array, data: Uint8Array): Uint8Array {
  const block = BLOCK_LENGTHS[name];
  const short = key.length > block ? nodeHash(name, key) : key;
  const inner = hashPadded(name, short, block, 0x36, data);
  return hashPadded(name, short, block, 0x5c, inner);
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
  const digest = nodeHash(name, input);
  input.fill(0);
  return digest;
}

function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
