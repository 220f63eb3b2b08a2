/** Transcript hashes (RFC 9420, section 8.2). */
import { concat } from '../bytes.ts';
import { encode, opaque } from '../codec/codec.ts';
import type { PublicSuite } from '../crypto/public-suite.ts';
import {
  type AuthenticatedContent,
  confirmedTranscriptHashInput,
} from '../messages/authenticated-content.ts';

/** confirmed_transcript_hash after the commit in `message`. */
export function confirmedTranscriptHash(
  suite: PublicSuite,
  interimBefore: Uint8Array,
  message: AuthenticatedContent,
): Uint8Array {
  return suite.hash(concat(interimBefore, confirmedTranscriptHashInput(message)));
}

/** interim_transcript_hash of the epoch that the commit began. */
export function interimTranscriptHash(
  suite: PublicSuite,
  confirmed: Uint8Array,
  confirmationTag: Uint8Array,
): Uint8Array {
  return suite.hash(concat(confirmed, encode(opaque, confirmationTag)));
}
