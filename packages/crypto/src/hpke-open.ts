/** HPKE key pairs, derived from 32-byte seeds that we draw or derive ourselves, and opening with them. */
import { type Bytes, copyBytes, utf8 } from './bytes.ts';
import { SottoError } from './errors.ts';
import { HPKE_ENCAPSULATION_LENGTH, HPKE_SEED_LENGTH, hpkeSuite } from './hpke-suite.ts';

export interface HpkeKeyPair {
  readonly publicKey: Bytes;
  /** Opens one sealed object; throws `not_authentic` when it was changed, or made for another purpose or place. */
  readonly open: (label: string, associated: Uint8Array, sealed: Uint8Array) => Promise<Bytes>;
}

/** The key pair that RFC 9180 DeriveKeyPair gives for a 32-byte seed. */
export async function hpkeKeyPairFromSeed(seed: Uint8Array): Promise<HpkeKeyPair> {
  if (seed.length !== HPKE_SEED_LENGTH) throw new SottoError('bad_key', 'An encryption seed has 32 bytes.');
  const suite = await hpkeSuite();
  const pair = await suite.DeriveKeyPair(copyBytes(seed), false);
  const publicKey = copyBytes(await suite.SerializePublicKey(pair.publicKey));
  return {
    publicKey,
    async open(label, associated, sealed) {
      try {
        const encapsulated = copyBytes(sealed.subarray(0, HPKE_ENCAPSULATION_LENGTH));
        const ciphertext = copyBytes(sealed.subarray(HPKE_ENCAPSULATION_LENGTH));
        const options = { info: utf8(label), aad: copyBytes(associated) };
        return copyBytes(await suite.Open(pair, encapsulated, ciphertext, options));
      } catch (cause) {
        throw new SottoError('not_authentic', 'Encrypted data was changed or is not for this key.', {
          cause,
        });
      }
    },
  };
}
