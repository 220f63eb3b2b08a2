/** The default provider: runs unchanged in Node, Chromium and Firefox. */

import { x448 } from '@noble/curves/ed448.js';
import { x25519 } from '@noble/curves/ed25519.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import { buildProvider, type Primitives } from '../build-suite.ts';
import type { DhGroup } from '../dhkem.ts';
import type { MlKem768 } from '../hybrid-kem.ts';
import type { CryptoProvider } from '../provider.ts';
import { universalAeads } from './aeads.ts';
import { universalHash } from './hash.ts';
import { universalHmac } from './hmac.ts';
import { universalSignatures } from './signatures.ts';
import * as webcrypto from './webcrypto.ts';

const curve25519: DhGroup = {
  async publicKey(privateKey) {
    return (await webcrypto.supported())
      ? webcrypto.x25519PublicKey(privateKey)
      : x25519.getPublicKey(privateKey);
  },
  async dh(privateKey, publicKey) {
    if (await webcrypto.supported()) return webcrypto.x25519(privateKey, publicKey);
    return x25519.getSharedSecret(privateKey, publicKey);
  },
};

const curve448: DhGroup = {
  publicKey: (privateKey) => x448.getPublicKey(privateKey),
  dh: (privateKey, publicKey) => x448.getSharedSecret(privateKey, publicKey),
};

function nist(curve: typeof p256): DhGroup {
  return {
    publicKey: (privateKey) => curve.getPublicKey(privateKey, false),
    dh: (privateKey, publicKey) => curve.getSharedSecret(privateKey, publicKey, true).slice(1),
  };
}

const mlKem: MlKem768 = {
  publicKey: (seed) => ml_kem768.keygen(seed).publicKey,
  encapsulate(publicKey, random) {
    const { cipherText, sharedSecret } = ml_kem768.encapsulate(publicKey, random);
    return { ciphertext: cipherText, sharedSecret };
  },
  decapsulate: (seed, ciphertext) => ml_kem768.decapsulate(ciphertext, ml_kem768.keygen(seed).secretKey),
};

export const universalPrimitives: Primitives = {
  hash: universalHash,
  hmac: universalHmac,
  aead: universalAeads,
  signature: universalSignatures,
  dh: { x25519: curve25519, x448: curve448, p256: nist(p256), p384: nist(p384), p521: nist(p521) },
  mlKem768: mlKem,
};

export const universalProvider: CryptoProvider = buildProvider(universalPrimitives);
