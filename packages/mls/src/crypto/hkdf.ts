/** HKDF (RFC 5869) over the suite's HMAC. */
import { bigEndian, concat, EMPTY } from '../bytes.ts';
import { check } from '../errors.ts';

export interface HkdfSuite {
  readonly hashLength: number;
  hmac(key: Uint8Array, data: Uint8Array): Uint8Array;
}

/** KDF.Extract. An empty salt stands for Nh zero bytes, as in RFC 5869. */
export function extract(suite: HkdfSuite, salt: Uint8Array, ikm: Uint8Array): Uint8Array {
  return suite.hmac(salt.length === 0 ? new Uint8Array(suite.hashLength) : salt, ikm);
}

/** KDF.Expand. */
export function expand(suite: HkdfSuite, prk: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  check(length <= 255 * suite.hashLength, 'invalid-argument');
  if (length <= suite.hashLength) {
    const block = suite.hmac(prk, concat(info, bigEndian(1, 1)));
    return length === suite.hashLength ? block : block.slice(0, length);
  }
  const out = new Uint8Array(length);
  let block = EMPTY;
  for (let at = 0, i = 1; at < length; at += block.length, i++) {
    block = suite.hmac(prk, concat(block, info, bigEndian(i, 1)));
    out.set(block.subarray(0, length - at), at);
  }
  return out;
}
