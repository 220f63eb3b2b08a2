/** The signature schemes of the suites: Ed25519 natively where there is WebCrypto, else noble. */

import { ed448 } from '@noble/curves/ed448.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import type { SignatureScheme } from '../build-suite.ts';
import type { SignatureName } from '../suites.ts';
import { DER, universalVerify, type Verify } from './verify.ts';
import { ed25519Sign, supported } from './webcrypto.ts';

function ecdsa(curve: typeof p256, verify: Verify): SignatureScheme {
  return {
    generate(random) {
      const { secretKey, publicKey } = curve.keygen(random(curve.lengths.seed ?? 48));
      return { privateKey: secretKey, publicKey: curve.Point.fromBytes(publicKey).toBytes(false) };
    },
    sign: (privateKey, message) => curve.sign(message, padTo(privateKey, curve.lengths.secretKey ?? 32), DER),
    verify,
  };
}

function padTo(key: Uint8Array, length: number): Uint8Array {
  if (key.length >= length) return key;
  const out = new Uint8Array(length);
  out.set(key, length - key.length);
  return out;
}

const edwards25519: SignatureScheme = {
  generate(random) {
    const privateKey = random(32);
    return { privateKey, publicKey: ed25519.getPublicKey(privateKey) };
  },
  async sign(privateKey, message) {
    return (await supported()) ? ed25519Sign(privateKey, message) : ed25519.sign(message, privateKey);
  },
  verify: universalVerify.ed25519,
};

const edwards448: SignatureScheme = {
  generate(random) {
    const privateKey = random(57);
    return { privateKey, publicKey: ed448.getPublicKey(privateKey) };
  },
  sign: (privateKey, message) => ed448.sign(message, privateKey),
  verify: universalVerify.ed448,
};

export const universalSignatures: Readonly<Record<SignatureName, SignatureScheme>> = {
  ed25519: edwards25519,
  ed448: edwards448,
  p256: ecdsa(p256, universalVerify.p256),
  p384: ecdsa(p384, universalVerify.p384),
  p521: ecdsa(p521, universalVerify.p521),
};
