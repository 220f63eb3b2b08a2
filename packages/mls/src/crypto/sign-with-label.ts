/** SignWithLabel (RFC 9420, section 5.1.2). */
import type { Awaitable, CipherSuite } from './provider.ts';
import { signContent } from './verify-with-label.ts';

export function signWithLabel(
  suite: CipherSuite,
  privateKey: Uint8Array,
  label: string,
  content: Uint8Array,
): Awaitable<Uint8Array> {
  return suite.sign(privateKey, signContent(label, content));
}
