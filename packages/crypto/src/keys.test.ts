import { describe, expect, it } from 'vitest';
import { openRecord, recordKey, sealRecord } from './aead.ts';
import { toHex, utf8 } from './bytes.ts';
import { sha256 } from './hash.ts';
import { hpkeKeyPairFromSeed } from './hpke-open.ts';
import { sealTo } from './hpke-seal.ts';
import { hkdf } from './kdf.ts';
import { systemRandom } from './random.ts';
import { sign, signingKeyFromSeed, signRaw } from './sign.ts';
import { verify, verifyRaw } from './verify.ts';

const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));
const refused = { code: 'not_authentic' };

describe('Ed25519', () => {
  it('gives the key and signature of RFC 8032 section 7.1, test 2', async () => {
    const key = await signingKeyFromSeed(
      hex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'),
    );
    expect(toHex(key.publicKey)).toBe('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
    const signature = await signRaw(key, hex('72'));
    expect(toHex(signature)).toBe(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    );
    expect(await verifyRaw(key.publicKey, hex('72'), signature)).toBe(true);
  });

  it('[M4] a signature for one purpose is of no use for another', async () => {
    const key = await signingKeyFromSeed(systemRandom(32));
    const signature = await sign(key, 'one', utf8('message'));
    expect(await verify(key.publicKey, 'one', utf8('message'), signature)).toBe(true);
    expect(await verify(key.publicKey, 'other', utf8('message'), signature)).toBe(false);
    expect(await verify(key.publicKey, 'one', utf8('massage'), signature)).toBe(false);
    expect(await verifyRaw(key.publicKey, utf8('message'), signature)).toBe(false);
  });

  it('finds malformed keys and signatures invalid, and throws for neither', async () => {
    expect(await verify(new Uint8Array(31), 'one', utf8(''), new Uint8Array(64))).toBe(false);
    expect(await verify(new Uint8Array(32).fill(255), 'one', utf8(''), new Uint8Array(64))).toBe(false);
    expect(await verify(systemRandom(32), 'one', utf8(''), new Uint8Array(63))).toBe(false);
  });
});

describe('HPKE', () => {
  it('derives one key pair from one seed, and opens only for its label and place', async () => {
    const seed = systemRandom(32);
    const [pair, again] = [await hpkeKeyPairFromSeed(seed), await hpkeKeyPairFromSeed(seed)];
    expect(again.publicKey).toEqual(pair.publicKey);
    const sealed = await sealTo(pair.publicKey, 'label', utf8('place'), utf8('text'));
    expect(await again.open('label', utf8('place'), sealed)).toEqual(utf8('text'));
    await expect(pair.open('other', utf8('place'), sealed)).rejects.toMatchObject(refused);
    await expect(pair.open('label', utf8('elsewhere'), sealed)).rejects.toMatchObject(refused);
    await expect(pair.open('label', utf8('place'), sealed.slice(0, 40))).rejects.toMatchObject(refused);
    const stranger = await hpkeKeyPairFromSeed(systemRandom(32));
    await expect(stranger.open('label', utf8('place'), sealed)).rejects.toMatchObject(refused);
  });

  it('refuses keys of another length', async () => {
    await expect(sealTo(new Uint8Array(32), 'l', utf8(''), utf8(''))).rejects.toMatchObject({
      code: 'bad_key',
    });
    await expect(hpkeKeyPairFromSeed(new Uint8Array(31))).rejects.toMatchObject({ code: 'bad_key' });
  });
});

describe('records', () => {
  it('open only in their place and with their key', async () => {
    const key = await recordKey(systemRandom(32));
    const record = await sealRecord(key, utf8('a'), utf8('text'), systemRandom);
    expect(await openRecord(key, utf8('a'), record)).toEqual(utf8('text'));
    await expect(openRecord(key, utf8('b'), record)).rejects.toMatchObject(refused);
    await expect(openRecord(await recordKey(systemRandom(32)), utf8('a'), record)).rejects.toMatchObject(
      refused,
    );
    await expect(openRecord(key, utf8('a'), record.slice(0, 20))).rejects.toMatchObject(refused);
  });
});

describe('hash and key derivation', () => {
  it('SHA-256 gives the value of FIPS 180-4 for "abc"', async () => {
    expect(toHex(await sha256(utf8('abc')))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  it('HKDF gives the value of RFC 5869, test case 1', async () => {
    const okm = await hkdf(
      hex('0b'.repeat(22)),
      hex('000102030405060708090a0b0c'),
      hex('f0f1f2f3f4f5f6f7f8f9'),
      42,
    );
    expect(toHex(okm)).toBe(
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    );
  });
});
