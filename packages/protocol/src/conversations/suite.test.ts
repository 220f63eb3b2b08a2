/** The suite against other implementations and published values. */
import { createHmac, hkdfSync } from 'node:crypto';
import { signingKeyFromSeed, systemRandom, toHex, utf8 } from '@sotto/crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOfHex } from './content/test/arbitrary.ts';
import { makeSuite } from './suite.ts';
import {
  CIPHERTEXT,
  ENCAPSULATION,
  EXPORT_ENCAPSULATION,
  EXPORTED,
  PUBLIC_KEY,
} from './test/x-wing-example.ts';

const signingKey = await signingKeyFromSeed(new Uint8Array(32).fill(9));
const { hash, kdf, hpke, signature } = await makeSuite(systemRandom, signingKey);

describe('HMAC and HKDF', () => {
  it('give the value of RFC 4231, test case 2', async () => {
    const mac = await hash.mac(utf8('Jefe'), utf8('what do ya want for nothing?'));
    expect(toHex(mac)).toBe(
      '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554' +
        '9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
    );
    expect(await hash.verifyMac(utf8('Jefe'), mac, utf8('what do ya want for nothing?'))).toBe(true);
    expect(await hash.verifyMac(utf8('Jefe'), mac, utf8('something else'))).toBe(false);
  });

  it('agree with Node, for every length and an empty salt too', async () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 100 });
    const salt = fc.uint8Array({ maxLength: 70 });
    await fc.assert(
      fc.asyncProperty(
        bytes,
        salt,
        fc.uint8Array({ maxLength: 40 }),
        fc.integer({ min: 1, max: 200 }),
        async (key, s, info, length) => {
          const derived = await kdf.expand(await kdf.extract(s, key), info, length);
          expect(toHex(derived)).toBe(toHex(new Uint8Array(hkdfSync('sha512', key, s, info, length))));
          expect(toHex(await hash.mac(key, info))).toBe(createHmac('sha512', key).update(info).digest('hex'));
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('HPKE', () => {
  it('opens what was sealed, for the same key, info and associated data only', async () => {
    const { privateKey, publicKey } = await hpke.generateKeyPair();
    const other = await hpke.generateKeyPair();
    const { enc, ct } = await hpke.seal(publicKey, utf8('hello'), utf8('info'), utf8('aad'));
    expect(enc.length).toBe(1120);
    expect(await hpke.open(privateKey, enc, ct, utf8('info'), utf8('aad'))).toEqual(utf8('hello'));
    await expect(hpke.open(other.privateKey, enc, ct, utf8('info'), utf8('aad'))).rejects.toThrow();
    await expect(hpke.open(privateKey, enc, ct, utf8('other'), utf8('aad'))).rejects.toThrow();
    await expect(hpke.open(privateKey, enc, ct, utf8('info'))).rejects.toThrow();
  });

  it('has the keys of another implementation of X-Wing, opens what it sealed and exports what it exported', async () => {
    const seed = Uint8Array.from({ length: 32 }, (_, i) => i);
    const key = await hpke.importPrivateKey(seed);
    const opened = await hpke.open(
      key,
      bytesOfHex(ENCAPSULATION),
      bytesOfHex(CIPHERTEXT),
      utf8('info'),
      utf8('aad'),
    );
    expect(opened).toEqual(utf8('from another implementation'));
    const exported = await hpke.importSecret(
      key,
      utf8('label'),
      bytesOfHex(EXPORT_ENCAPSULATION),
      64,
      utf8(''),
    );
    expect(toHex(exported)).toBe(EXPORTED);
    const sealed = await hpke.seal(await hpke.importPublicKey(bytesOfHex(PUBLIC_KEY)), utf8('x'), utf8(''));
    expect(await hpke.open(key, sealed.enc, sealed.ct, utf8(''))).toEqual(utf8('x'));
  });

  it('exports the same secret on both sides', async () => {
    const { privateKey, publicKey } = await hpke.generateKeyPair();
    const sent = await hpke.exportSecret(publicKey, utf8('label'), 64, utf8(''));
    expect(await hpke.importSecret(privateKey, utf8('label'), sent.enc, 64, utf8(''))).toEqual(sent.secret);
  });

  it('has keys that survive being written down', async () => {
    const pair = await hpke.deriveKeyPair(new Uint8Array(64).fill(3));
    const seed = await hpke.exportPrivateKey(pair.privateKey);
    expect(seed.length).toBe(32);
    const { enc, ct } = await hpke.seal(pair.publicKey, utf8('x'), utf8(''));
    expect(await hpke.open(await hpke.importPrivateKey(seed), enc, ct, utf8(''))).toEqual(utf8('x'));
    const again = await hpke.deriveKeyPair(new Uint8Array(64).fill(3));
    expect(await hpke.exportPublicKey(again.publicKey)).toEqual(await hpke.exportPublicKey(pair.publicKey));
  });
});

it('signs with the device key, whatever key a state names', async () => {
  const made = await signature.sign(new Uint8Array(0), utf8('message'));
  expect(await signature.verify(signingKey.publicKey, utf8('message'), made)).toBe(true);
  expect(await signature.verify(signingKey.publicKey, utf8('another'), made)).toBe(false);
  expect(() => signature.keygen()).toThrow();
});
