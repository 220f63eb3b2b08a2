/** Confirmation tags (RFC 9420, section 6.1). */
import type { CipherSuite } from '../crypto/provider.ts';

export function confirmationTag(
  suite: CipherSuite,
  confirmationKey: Uint8Array,
  confirmedTranscriptHash: Uint8Array,
): Uint8Array {
  return suite.hmac(confirmationKey, confirmedTranscriptHash);
}
