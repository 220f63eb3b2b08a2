/** `HPKECiphertext` (RFC 9420, section 7.6). */
import { type Codec, opaque, struct } from '../codec/codec.ts';

export interface HpkeCiphertext {
  readonly kemOutput: Uint8Array;
  readonly ciphertext: Uint8Array;
}

export const hpkeCiphertextCodec: Codec<HpkeCiphertext> = struct<HpkeCiphertext>({
  kemOutput: opaque,
  ciphertext: opaque,
});
