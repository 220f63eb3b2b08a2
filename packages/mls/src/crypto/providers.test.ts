import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import * as HPKE from 'hpke';
import { describe, expect, test } from 'vitest';
import { EMPTY } from '../bytes.ts';
import { hpkeContext, hpkeOpen, hpkeSeal } from './hpke.ts';
import { nodeProvider } from './node/index.ts';
import type { CipherSuite, CryptoProvider, Random } from './provider.ts';
import { isSoundKemKey, isSoundSignatureKey } from './sound-keys.ts';
import { HYBRID_SUITE_ID } from './suites.ts';
import { universalProvider } from './universal/index.ts';

function suite(provider: CryptoProvider, id: number): CipherSuite {
  const found = provider.suite(id);
  if (found === undefined) throw new Error(`no suite ${id}`);
  return found;
}

function counting(): Random {
  let counter = 0;
  return (length) => new Uint8Array(length).fill(++counter);
}

describe.each([1, 2, 3, 4, 5, 6, 7, HYBRID_SUITE_ID])('suite %i', (id) => {
  test('both providers derive the same keys and open what the other sealed', async () => {
    const random = counting();
    for (const [a, b] of [
      [suite(nodeProvider, id), suite(universalProvider, id)],
      [suite(universalProvider, id), suite(nodeProvider, id)],
    ] as const) {
      const ikm = random(a.kem.seedLength);
      const pair = await a.kem.deriveKeyPair(ikm);
      expect(await b.kem.deriveKeyPair(ikm)).toEqual(pair);
      const context = hpkeContext(a, Uint8Array.of(1, 2, 3));
      const fresh = random(a.kem.encapsulationRandomLength);
      const sealed = await hpkeSeal(a, pair.publicKey, context, EMPTY, Uint8Array.of(7), fresh);
      expect(await hpkeOpen(b, pair, context, EMPTY, sealed)).toEqual(Uint8Array.of(7));
      const changed = {
        ...sealed,
        ciphertext: sealed.ciphertext.map((byte, i) => (i === 0 ? byte ^ 1 : byte)),
      };
      expect(await hpkeOpen(b, pair, context, EMPTY, changed)).toBeUndefined();
      const longer = { ...sealed, kemOutput: Uint8Array.of(...sealed.kemOutput, 0) };
      expect(await hpkeOpen(b, pair, context, EMPTY, longer)).toBeUndefined();
      const signer = await a.generateSignatureKeyPair(random);
      const signature = await a.sign(signer.privateKey, ikm);
      expect(await b.verify(signer.publicKey, ikm, signature)).toBe(true);
      expect(await b.verify(signer.publicKey, Uint8Array.of(1), signature)).toBe(false);
      expect(await b.verify(Uint8Array.of(...signer.publicKey, 0), ikm, signature)).toBe(false);
      const items = [ikm, Uint8Array.of(1)].map((message) => ({ ...signer, message, signature }));
      expect(await b.verifyAll(items)).toEqual([true, false]);
      expect(b.hash(ikm)).toEqual(a.hash(ikm));
      const long = new Uint8Array(5000).fill(3);
      for (const key of [EMPTY, ikm, long]) {
        for (const data of [EMPTY, ikm, long]) expect(b.hmac(key, data)).toEqual(a.hmac(key, data));
      }
      const key = random(a.aead.keyLength);
      const ciphertext = await a.aead.seal(key, random(12).fill(0), ikm, long);
      expect(await b.aead.open(key, new Uint8Array(12), ikm, ciphertext)).toEqual(long);
      expect(await b.aead.open(key, new Uint8Array(12), EMPTY, ciphertext)).toBeUndefined();
      expect(a.isSoundEncryptionKey(pair.publicKey)).toBe(true);
      expect(a.isSoundSignatureKey(signer.publicKey)).toBe(true);
      expect(a.isSoundEncryptionKey(pair.publicKey.slice(1))).toBe(false);
      expect(a.isSoundSignatureKey(new Uint8Array(signer.publicKey.length))).toBe(false);
    }
  });
});

test('HPKE agrees with the hpke package, for X25519 and for MLKEM768-X25519', async () => {
  const kinds = [
    [1, HPKE.KEM_DHKEM_X25519_HKDF_SHA256, HPKE.KDF_HKDF_SHA256, HPKE.AEAD_AES_128_GCM],
    [HYBRID_SUITE_ID, HPKE.KEM_MLKEM768_X25519, HPKE.KDF_HKDF_SHA384, HPKE.AEAD_AES_256_GCM],
  ] as const;
  for (const [id, kem, kdf, aead] of kinds) {
    const theirs = new HPKE.CipherSuite(kem, kdf, aead);
    const ikm = new Uint8Array(32).fill(9);
    const theirPair = await theirs.DeriveKeyPair(ikm, true);
    for (const provider of [nodeProvider, universalProvider]) {
      const ours = suite(provider, id);
      const pair = await ours.kem.deriveKeyPair(ikm);
      expect(pair.publicKey).toEqual(await theirs.SerializePublicKey(theirPair.publicKey));
      expect(pair.privateKey).toEqual(await theirs.SerializePrivateKey(theirPair.privateKey));
      const info = Uint8Array.of(5);
      const random = new Uint8Array(ours.kem.encapsulationRandomLength).fill(4);
      const sealed = await hpkeSeal(ours, pair.publicKey, hpkeContext(ours, info), EMPTY, info, random);
      const opened = await theirs.Open(theirPair.privateKey, sealed.kemOutput, sealed.ciphertext, { info });
      expect(opened).toEqual(info);
      const { encapsulatedSecret, ciphertext } = await theirs.Seal(theirPair.publicKey, info, { info });
      const received = { kemOutput: encapsulatedSecret, ciphertext };
      expect(await hpkeOpen(ours, pair, hpkeContext(ours, info), EMPTY, received)).toEqual(info);
    }
  }
});

test('every point of small order is unsound, whatever its encoding', () => {
  const small = [
    '0000000000000000000000000000000000000000000000000000000000000000',
    '0100000000000000000000000000000000000000000000000000000000000000',
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  ].map((text) => new Uint8Array(Buffer.from(text, 'hex')));
  for (const key of small) {
    expect(isSoundKemKey('x25519', key)).toBe(false);
    expect(() => x25519.getSharedSecret(new Uint8Array(32).fill(8), key)).toThrow();
  }
  // The eight torsion points of Ed25519.
  const base = ed25519.Point.fromHex(
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    true,
  );
  let point = base;
  for (let i = 0; i < 8; i++) {
    expect(point.isSmallOrder()).toBe(true);
    expect(isSoundSignatureKey('ed25519', point.toBytes())).toBe(false);
    point = point.add(base);
  }
});
