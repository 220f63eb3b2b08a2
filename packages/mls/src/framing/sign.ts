/** Signing framed content (RFC 9420, section 6.1). */
import type { CipherSuite } from '../crypto/provider.ts';
import { signWithLabel } from '../crypto/sign-with-label.ts';
import {
  type ContentWireFormat,
  type FramedContent,
  framedContentToBeSigned,
} from '../messages/framed-content.ts';
import type { GroupContext } from '../messages/group-context.ts';

export async function signFramedContent(
  suite: CipherSuite,
  privateKey: Uint8Array,
  wireFormat: ContentWireFormat,
  content: FramedContent,
  context: GroupContext,
): Promise<Uint8Array> {
  const toBeSigned = framedContentToBeSigned(wireFormat, content, context);
  return signWithLabel(suite, privateKey, 'FramedContentTBS', toBeSigned);
}
