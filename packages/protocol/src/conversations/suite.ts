/**
 * The cipher suite of our groups, from the primitives of the house: KEM MLKEM768-X25519 (draft-ietf-hpke-pq, which
 * is X-Wing), HKDF-SHA-512, AES-256-GCM, SHA-512, Ed25519. Written for ts-mls, which knows it by number 0x0053.
 *
 * Private encryption keys are 32-byte seeds. Signing keys are no bytes at all: the one key that this suite signs with
 * stays inside WebCrypto. All randomness that we choose ourselves is drawn from `random`; encapsulation draws its own
 * inside WebCrypto, so a draw before it makes a failing source stop it too.
 */
import {
  type Bytes,
  copyBytes,
  equalBytes,
  type HpkeSuite,
  hpkeSuite,
  type NativeKey,
  type Random,
  type SigningKey,
  SottoError,
  sha512,
  signRaw,
  verifyRaw,
} from '@sotto/crypto';
import type { CiphersuiteImpl, Hash, Hpke, Kdf, Signature } from 'ts-mls';

export type Suite = CiphersuiteImpl;

export const SUITE_NAME = 'MLS_256_XWING_AES256GCM_SHA512_Ed25519';
export const NONCE_LENGTH = 12;
export const KEY_LENGTH = 32;

const HASH_LENGTH = 64;

export async function makeSuite(random: Random, signingKey: SigningKey): Promise<Suite> {
  const suite = await hpkeSuite('SHA-512');
  return {
    name: SUITE_NAME,
    hash,
    kdf,
    hpke: makeHpke(suite, random),
    signature: makeSignature(signingKey),
    rng: { randomBytes: random },
  };
}

const hash: Hash = {
  digest: sha512,
  mac: hmac,
  verifyMac: async (key, mac, data) => equalBytes(await hmac(key, data), mac),
};

/** RFC 5869 over HMAC-SHA-512. */
const kdf: Kdf = {
  size: HASH_LENGTH,
  extract: (salt, secret) => hmac(salt.length === 0 ? new Uint8Array(HASH_LENGTH) : salt, secret),
  async expand(secret, info, length) {
    const key = await hmacKey(secret);
    const blocks = new Uint8Array(Math.ceil(length / HASH_LENGTH) * HASH_LENGTH);
    let previous = new Uint8Array(0);
    for (let i = 0; i * HASH_LENGTH < length; i++) {
      const input = new Uint8Array(previous.length + info.length + 1);
      input.set(previous);
      input.set(info, previous.length);
      input[input.length - 1] = i + 1;
      previous = new Uint8Array(await crypto.subtle.sign('HMAC', key, input));
      blocks.set(previous, i * HASH_LENGTH);
    }
    return blocks.slice(0, length);
  },
};

async function hmac(key: Uint8Array, data: Uint8Array): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign('HMAC', await hmacKey(key), data as Bytes));
}

function hmacKey(bytes: Uint8Array): Promise<NativeKey> {
  return crypto.subtle.importKey('raw', bytes as Bytes, { name: 'HMAC', hash: 'SHA-512' }, false, ['sign']);
}

/** Whatever private key the engine's state names, the device's own key signs: there is only one. */
function makeSignature(signingKey: SigningKey): Signature {
  return {
    sign: (_, message) => signRaw(signingKey, message),
    verify: verifyRaw,
    keygen() {
      throw new SottoError('bad_key', 'A signing key is made by the device, not by a group.');
    },
  };
}

function makeHpke(hpke: HpkeSuite, random: Random): Hpke {
  return {
    keyLength: KEY_LENGTH,
    nonceLength: NONCE_LENGTH,
    ...keys(hpke, random),
    async seal(publicKey, plaintext, info, aad = new Uint8Array()) {
      random(KEY_LENGTH);
      const sealed = await hpke.Seal(publicKey, copyBytes(plaintext), { info, aad });
      return { enc: sealed.encapsulatedSecret, ct: sealed.ciphertext };
    },
    open: (privateKey, enc, ciphertext, info, aad = new Uint8Array()) =>
      hpke.Open(privateKey, copyBytes(enc), copyBytes(ciphertext), { info, aad }),
    async exportSecret(publicKey, context, length, info) {
      random(KEY_LENGTH);
      const sent = await hpke.SendExport(publicKey, context, length, { info });
      return { enc: sent.encapsulatedSecret, secret: sent.exportedSecret };
    },
    importSecret: (privateKey, context, enc, length, info) =>
      hpke.ReceiveExport(privateKey, copyBytes(enc), context, length, { info }),
    encryptAead: (key, nonce, aad, plaintext) => aead('encrypt', key, nonce, aad, plaintext),
    decryptAead: (key, nonce, aad, ciphertext) => aead('decrypt', key, nonce, aad, ciphertext),
  };
}

type KeyFunctions =
  | 'deriveKeyPair'
  | 'generateKeyPair'
  | 'importPrivateKey'
  | 'importPublicKey'
  | 'exportPublicKey'
  | 'exportPrivateKey';

/** ts-mls passes key objects through without looking into them, so the types of `hpke` serve as its `CryptoKey`. */
function keys(hpke: HpkeSuite, random: Random): Pick<Hpke, KeyFunctions> {
  const derive = async (secret: Uint8Array) => {
    const pair = await hpke.DeriveKeyPair(copyBytes(secret), true);
    return { privateKey: pair.privateKey as PrivateKey, publicKey: pair.publicKey as PublicKey };
  };
  return {
    deriveKeyPair: derive,
    generateKeyPair: () => derive(random(KEY_LENGTH)),
    importPrivateKey: async (bytes) =>
      (await hpke.DeserializePrivateKey(copyBytes(bytes), true)) as PrivateKey,
    importPublicKey: async (bytes) => (await hpke.DeserializePublicKey(copyBytes(bytes))) as PublicKey,
    exportPublicKey: (key) => hpke.SerializePublicKey(key),
    exportPrivateKey: (key) => hpke.SerializePrivateKey(key),
  };
}

type PrivateKey = Awaited<ReturnType<Hpke['importPrivateKey']>>;
type PublicKey = Awaited<ReturnType<Hpke['importPublicKey']>>;

async function aead(
  act: 'encrypt' | 'decrypt',
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array | undefined,
  data: Uint8Array,
): Promise<Bytes> {
  const native = await crypto.subtle.importKey('raw', key as Bytes, 'AES-GCM', false, [act]);
  const iv = nonce as Bytes;
  const algorithm = { name: 'AES-GCM', iv, additionalData: (aad ?? new Uint8Array()) as Bytes };
  return new Uint8Array(await crypto.subtle[act](algorithm, native, data as Bytes));
}
