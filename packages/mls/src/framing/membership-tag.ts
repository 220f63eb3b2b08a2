/** Membership tags of public messages (RFC 9420, section 6.2). */
import { equalBytes } from '../bytes.ts';
import { Writer } from '../codec/writer.ts';
import type { CipherSuite } from '../crypto/provider.ts';
import { check } from '../errors.ts';
import {
  type FramedContent,
  type FramedContentAuthData,
  framedContentToBeSigned,
  WireFormat,
  writeAuthData,
} from '../messages/framed-content.ts';
import type { GroupContext } from '../messages/group-context.ts';
import type { PublicMessage } from '../messages/public-message.ts';

/** The MAC of `AuthenticatedContentTBM`. */
export function membershipTag(
  suite: CipherSuite,
  membershipKey: Uint8Array,
  content: FramedContent,
  auth: FramedContentAuthData,
  context: GroupContext,
): Uint8Array {
  const writer = new Writer();
  writer.raw(framedContentToBeSigned(WireFormat.publicMessage, content, context));
  writeAuthData(writer, auth);
  return suite.hmac(membershipKey, writer.finish());
}

/** Throws `bad-membership-tag` for a member's message without the right tag. */
export function checkMembershipTag(
  suite: CipherSuite,
  membershipKey: Uint8Array,
  message: PublicMessage,
  context: GroupContext,
): void {
  if (message.content.sender.senderType !== 'member') return;
  const expected = membershipTag(suite, membershipKey, message.content, message.auth, context);
  check(
    message.membershipTag !== undefined && equalBytes(expected, message.membershipTag),
    'bad-membership-tag',
  );
}
