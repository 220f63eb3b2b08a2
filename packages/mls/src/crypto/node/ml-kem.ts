/**
 * ML-KEM-768 by OpenSSL. Its encapsulation draws its own randomness: the one place where the injected
 * source is not used, since `node:crypto` has no other way. Decapsulation and key derivation are exact.
 */
import { createPrivateKey, createPublicKey, decapsulate, encapsulate, type KeyObject } from 'node:crypto';
import type { MlKem768 } from '../hybrid-kem.ts';

const SEED_PREFIX = Buffer.from('3054020100300b060960864801650304040204428040', 'hex');
const SPKI_PREFIX = Buffer.from('308204b2300b0609608648016503040402038204a100', 'hex');

function privateKey(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([SEED_PREFIX, seed]), format: 'der', type: 'pkcs8' });
}

export const nodeMlKem: MlKem768 = {
  publicKey(seed) {
    const { pub } = createPublicKey(privateKey(seed)).export({ format: 'jwk' });
    return new Uint8Array(Buffer.from(String(pub), 'base64url'));
  },
  encapsulate(publicKey) {
    const key = createPublicKey({
      key: Buffer.concat([SPKI_PREFIX, publicKey]),
      format: 'der',
      type: 'spki',
    });
    const { sharedKey, ciphertext } = encapsulate(key);
    return { sharedSecret: new Uint8Array(sharedKey), ciphertext: new Uint8Array(ciphertext) };
  },
  decapsulate: (seed, ciphertext) => new Uint8Array(decapsulate(privateKey(seed), ciphertext)),
};
