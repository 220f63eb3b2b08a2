/** Verifying the signature of framed content (RFC 9420, section 6.1). */
import type { PublicSuite } from '../crypto/public-suite.ts';
import { verifyWithLabel } from '../crypto/verify-with-label.ts';
import { check } from '../errors.ts';
import type { AuthenticatedContent } from '../messages/authenticated-content.ts';
import { framedContentToBeSigned } from '../messages/framed-content.ts';
import type { GroupContext } from '../messages/group-context.ts';

export async function verifyFramedContent(
  suite: PublicSuite,
  signatureKey: Uint8Array,
  message: AuthenticatedContent,
  context: GroupContext,
): Promise<void> {
  const toBeSigned = framedContentToBeSigned(message.wireFormat, message.content, context);
  const { signature } = message.auth;
  check(
    await verifyWithLabel(suite, signatureKey, 'FramedContentTBS', toBeSigned, signature),
    'bad-signature',
  );
}
