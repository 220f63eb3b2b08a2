/** `@sotto/mls/node`: the provider on `node:crypto`, several times faster than the universal one in Node. */
import {
  type CipherGCMTypes,
  createCipheriv,
  createDecipheriv,
  createECDH,
  createSecretKey,
  diffieHellman,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { buildProvider, type Primitives, type SignatureScheme } from '../build-suite.ts';
import type { DhGroup } from '../dhkem.ts';
import type { Aead, CryptoProvider } from '../provider.ts';
import type { SignatureItem } from '../public-suite.ts';
import { universalSignatures } from '../universal/signatures.ts';
import { nodeHash, nodeHmac } from './hash.ts';
import { ecPrivate, ecPublic, okpDerive, okpPrivate, okpPublic } from './keys.ts';
import { nodeMlKem } from './ml-kem.ts';

const TAG = 16;

function aead(id: number, cipher: CipherGCMTypes | 'chacha20-poly1305', keyLength: number): Aead {
  // Both kinds take the same arguments; the declared overloads tell them apart by the name's literal type.
  const name = cipher as CipherGCMTypes;
  return {
    id,
    keyLength,
    nonceLength: 12,
    seal(key, nonce, aad, plaintext) {
      const sealing = createCipheriv(name, createSecretKey(key), nonce, { authTagLength: TAG });
      sealing.setAAD(aad, { plaintextLength: plaintext.length });
      const out = new Uint8Array(plaintext.length + TAG);
      out.set(sealing.update(plaintext));
      sealing.final();
      out.set(sealing.getAuthTag(), plaintext.length);
      return out;
    },
    open(key, nonce, aad, ciphertext) {
      const length = ciphertext.length - TAG;
      if (length < 0) return undefined;
      const opening = createDecipheriv(name, createSecretKey(key), nonce, { authTagLength: TAG });
      opening.setAuthTag(ciphertext.subarray(length));
      opening.setAAD(aad, { plaintextLength: length });
      const out = opening.update(ciphertext.subarray(0, length));
      try {
        opening.final();
      } catch {
        return undefined;
      }
      return new Uint8Array(out.buffer, out.byteOffset, out.length);
    },
  };
}

/** One verification on the thread pool. */
function verifyOnPool(digest: string | null, item: SignatureItem, key: () => KeyObject): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      verify(digest, item.message, key(), item.signature, (error, valid) => resolve(error === null && valid));
    } catch {
      resolve(false);
    }
  });
}

function edwards(crv: 'Ed25519' | 'Ed448', generate: SignatureScheme['generate']): SignatureScheme {
  return {
    generate,
    sign: (privateKey, message) => new Uint8Array(sign(null, message, okpPrivate(crv, privateKey))),
    verify(publicKey, message, signature) {
      try {
        return verify(null, message, okpPublic(crv, publicKey), signature);
      } catch {
        return false;
      }
    },
    verifyAll: (items) =>
      Promise.all(items.map((item) => verifyOnPool(null, item, () => okpPublic(crv, item.publicKey)))),
  };
}

function ecdsa(
  crv: string,
  curve: string,
  digest: string,
  generate: SignatureScheme['generate'],
): SignatureScheme {
  return {
    generate,
    sign(privateKey, message) {
      const key = ecPrivate(crv, privateKey, () => {
        const pair = createECDH(curve);
        pair.setPrivateKey(privateKey);
        return pair.getPublicKey();
      });
      return new Uint8Array(sign(digest, message, key));
    },
    verify(publicKey, message, signature) {
      try {
        return verify(digest, message, ecPublic(crv, publicKey), signature);
      } catch {
        return false;
      }
    },
    verifyAll: (items) =>
      Promise.all(items.map((item) => verifyOnPool(digest, item, () => ecPublic(crv, item.publicKey)))),
  };
}

function montgomery(crv: 'X25519' | 'X448'): DhGroup {
  return {
    publicKey: (privateKey) => okpDerive(crv, privateKey),
    dh: (privateKey, publicKey) =>
      new Promise((resolve, reject) => {
        const keys = { privateKey: okpPrivate(crv, privateKey), publicKey: okpPublic(crv, publicKey) };
        diffieHellman(keys, (error, secret) =>
          error === null ? resolve(new Uint8Array(secret)) : reject(error),
        );
      }),
  };
}

function nist(curve: string): DhGroup {
  return {
    publicKey(privateKey) {
      const pair = createECDH(curve);
      pair.setPrivateKey(privateKey);
      return new Uint8Array(pair.getPublicKey());
    },
    dh(privateKey, publicKey) {
      const pair = createECDH(curve);
      pair.setPrivateKey(privateKey);
      return new Uint8Array(pair.computeSecret(publicKey));
    },
  };
}

const { ed448, p256, p384, p521 } = universalSignatures;

export const nodePrimitives: Primitives = {
  hash: nodeHash,
  hmac: nodeHmac,
  aead: {
    aes128gcm: aead(1, 'aes-128-gcm', 16),
    aes256gcm: aead(2, 'aes-256-gcm', 32),
    chacha20poly1305: aead(3, 'chacha20-poly1305', 32),
  },
  signature: {
    ed25519: edwards('Ed25519', (random) => {
      const privateKey = random(32);
      return { privateKey, publicKey: okpDerive('Ed25519', privateKey) };
    }),
    ed448: edwards('Ed448', ed448.generate),
    p256: ecdsa('P-256', 'prime256v1', 'sha256', p256.generate),
    p384: ecdsa('P-384', 'secp384r1', 'sha384', p384.generate),
    p521: ecdsa('P-521', 'secp521r1', 'sha512', p521.generate),
  },
  dh: {
    x25519: montgomery('X25519'),
    x448: montgomery('X448'),
    p256: nist('prime256v1'),
    p384: nist('secp384r1'),
    p521: nist('secp521r1'),
  },
  mlKem768: nodeMlKem,
};

export const nodeProvider: CryptoProvider = buildProvider(nodePrimitives);
