/** SignWithLabel (RFC 9420, section 5.1.2). */
import { fail } from '../errors.ts';
import type { CipherSuite } from './provider.ts';
import { signContent } from './verify-with-label.ts';

/** Throws `crypto-failure` for a private key that the suite cannot use. */
export async function signWithLabel(
  suite: CipherSuite,
  privateKey: Uint8Array,
  label: string,
  content: Uint8Array,
): Promise<Uint8Array> {
  const message = signContent(label, content);
  try {
    return await suite.sign(privateKey, message);
  } catch (error) {
    return fail('crypto-failure', error);
  }
}
