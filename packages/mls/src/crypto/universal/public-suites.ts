/** The public half of every suite, on any platform: hashing and verification, nothing secret. */
import type { PublicProvider, PublicSuite } from '../public-suite.ts';
import { isSoundKemKey, isSoundSignatureKey } from '../sound-keys.ts';
import { SUITES, type SuiteParameters } from '../suites.ts';
import { HASH_LENGTHS, universalHash } from './hash.ts';
import { universalVerify } from './verify.ts';

function publicSuite({ id, hash, kem, signature }: SuiteParameters): PublicSuite {
  const verify = universalVerify[signature];
  return {
    id,
    hashLength: HASH_LENGTHS[hash],
    hash: (data) => universalHash(hash, data),
    verify,
    verifyAll: (items) =>
      Promise.all(items.map((item) => verify(item.publicKey, item.message, item.signature))),
    isSoundEncryptionKey: (key) => isSoundKemKey(kem, key),
    isSoundSignatureKey: (key) => isSoundSignatureKey(signature, key),
  };
}

const suites: ReadonlyMap<number, PublicSuite> = new Map(
  SUITES.map((parameters) => [parameters.id, publicSuite(parameters)]),
);

export const universalPublicProvider: PublicProvider = { suite: (id) => suites.get(id) };
