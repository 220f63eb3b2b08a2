/** Combining pre-shared keys (RFC 9420, section 8.4). */
import { EMPTY } from '../bytes.ts';
import { extract } from '../crypto/hkdf.ts';
import { expandWithLabel } from '../crypto/labels.ts';
import type { CipherSuite } from '../crypto/provider.ts';
import { encodePskLabel, type PreSharedKeyId } from '../messages/pre-shared-key-id.ts';

export interface PskInput {
  readonly id: PreSharedKeyId;
  readonly psk: Uint8Array;
}

/** psk_secret: Nh zero bytes when there is none. */
export function derivePskSecret(suite: CipherSuite, psks: readonly PskInput[]): Uint8Array {
  let secret: Uint8Array = new Uint8Array(suite.hashLength);
  psks.forEach(({ id, psk }, index) => {
    const extracted = extract(suite, EMPTY, psk);
    const label = encodePskLabel(id, index, psks.length);
    secret = extract(
      suite,
      expandWithLabel(suite, extracted, 'derived psk', label, suite.hashLength),
      secret,
    );
  });
  return secret;
}
