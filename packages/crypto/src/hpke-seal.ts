/** Sealing to a public key: what anybody may do, the server included. */
import { type Bytes, concat, copyBytes, utf8 } from './bytes.ts';
import { SottoError } from './errors.ts';
import { HPKE_PUBLIC_KEY_LENGTH, hpkeSuite } from './hpke-suite.ts';

/**
 * Seals `plaintext` to the holder of the private half of `publicKey`.
 * @returns encapsulation (1120 bytes) ‖ ciphertext and tag
 * @param label the purpose; @param associated the place: both must be equal to open it
 */
export async function sealTo(
  publicKey: Uint8Array,
  label: string,
  associated: Uint8Array,
  plaintext: Uint8Array,
): Promise<Bytes> {
  if (publicKey.length !== HPKE_PUBLIC_KEY_LENGTH) {
    throw new SottoError('bad_key', 'An encryption key has the wrong length.');
  }
  const suite = await hpkeSuite();
  const key = await suite.DeserializePublicKey(copyBytes(publicKey));
  const { encapsulatedSecret, ciphertext } = await suite.Seal(key, copyBytes(plaintext), {
    info: utf8(label),
    aad: copyBytes(associated),
  });
  return concat(encapsulatedSecret, ciphertext);
}
