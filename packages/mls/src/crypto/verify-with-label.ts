/** VerifyWithLabel (RFC 9420, section 5.1.2), and what both it and signing sign. */
import { Writer } from '../codec/writer.ts';
import { mlsLabel } from './labels.ts';
import type { PublicSuite } from './public-suite.ts';

/** `SignContent`: the label, then the content. */
export function signContent(label: string, content: Uint8Array): Uint8Array {
  const writer = new Writer();
  writer.opaque(mlsLabel(label));
  writer.opaque(content);
  return writer.finish();
}

export function verifyWithLabel(
  suite: PublicSuite,
  publicKey: Uint8Array,
  label: string,
  content: Uint8Array,
  signature: Uint8Array,
): boolean | Promise<boolean> {
  return suite.verify(publicKey, signContent(label, content), signature);
}
