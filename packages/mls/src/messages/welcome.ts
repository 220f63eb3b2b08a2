/** Welcome messages (RFC 9420, section 12.4.3.1). */
import { type Codec, opaque, struct, uint16, vector } from '../codec/codec.ts';
import { type HpkeCiphertext, hpkeCiphertextCodec } from './hpke-ciphertext.ts';

interface EncryptedGroupSecrets {
  /** The KeyPackageRef of the new member. */
  readonly newMember: Uint8Array;
  readonly encryptedGroupSecrets: HpkeCiphertext;
}

export interface Welcome {
  readonly cipherSuite: number;
  readonly secrets: readonly EncryptedGroupSecrets[];
  readonly encryptedGroupInfo: Uint8Array;
}

export const welcomeCodec: Codec<Welcome> = struct<Welcome>({
  cipherSuite: uint16,
  secrets: vector(
    struct<EncryptedGroupSecrets>({ newMember: opaque, encryptedGroupSecrets: hpkeCiphertextCodec }),
  ),
  encryptedGroupInfo: opaque,
});
