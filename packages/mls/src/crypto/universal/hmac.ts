/** HMAC by noble. */
import { hmac } from '@noble/hashes/hmac.js';
import type { HashName } from '../suites.ts';
import { HASHES } from './hash.ts';

export function universalHmac(name: HashName, key: Uint8Array, data: Uint8Array): Uint8Array {
  return hmac(HASHES[name], key, data);
}
