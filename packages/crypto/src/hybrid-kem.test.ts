import * as HPKE from 'hpke';
import { describe, expect, it } from 'vitest';
import { toHex, utf8 } from './bytes.ts';
import { derivePrivateKey, hybridKem, nobleKem } from './hybrid-kem.ts';
import { systemRandom } from './random.ts';

const suiteWith = (kem: HPKE.KEMFactory) =>
  new HPKE.CipherSuite(kem, HPKE.KDF_HKDF_SHA256, HPKE.AEAD_AES_256_GCM);

describe('the hybrid KEM', () => {
  it('derives the private key that hpke derives where the runtime has SHAKE256', async () => {
    const suite = suiteWith(HPKE.KEM_MLKEM768_X25519);
    for (const seed of [new Uint8Array(32), systemRandom(32), systemRandom(64)]) {
      const pair = await suite.DeriveKeyPair(seed, true);
      expect(toHex(derivePrivateKey(seed))).toBe(toHex(await suite.SerializePrivateKey(pair.privateKey)));
    }
  });

  it('is one KEM, whichever implementation a runtime needs', async () => {
    const here = suiteWith(await hybridKem());
    const elsewhere = suiteWith(await nobleKem());
    const seed = systemRandom(32);
    const [own, other] = [await here.DeriveKeyPair(seed, true), await elsewhere.DeriveKeyPair(seed, true)];
    const publicKey = await here.SerializePublicKey(own.publicKey);
    expect(toHex(await elsewhere.SerializePublicKey(other.publicKey))).toBe(toHex(publicKey));
    const sealed = await elsewhere.Seal(await elsewhere.DeserializePublicKey(publicKey), utf8('one way'));
    expect(await here.Open(own, sealed.encapsulatedSecret, sealed.ciphertext)).toEqual(utf8('one way'));
    const back = await here.Seal(own.publicKey, utf8('the other way'));
    expect(await elsewhere.Open(other, back.encapsulatedSecret, back.ciphertext)).toEqual(
      utf8('the other way'),
    );
  });
});
