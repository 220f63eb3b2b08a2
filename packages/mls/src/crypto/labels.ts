/** The labelled derivations of RFC 9420, sections 5.2, 8 and 9.1. */
import { fixedText, utf8 } from '../bytes.ts';
import { Writer } from '../codec/writer.ts';
import { expand, type HkdfSuite } from './hkdf.ts';
import type { PublicSuite } from './public-suite.ts';

const labelBytes = new Map<string, Uint8Array>();

/** "MLS 1.0 " and the label, kept, since the engine knows a few dozen labels only. */
export function mlsLabel(label: string): Uint8Array {
  const known = labelBytes.get(label);
  if (known !== undefined) return known;
  const bytes = utf8(`MLS 1.0 ${label}`);
  if (labelBytes.size < 256) labelBytes.set(label, bytes);
  return bytes;
}

/** RefHash (section 5.2). The label is used as it is, without prefix. */
export function refHash(suite: PublicSuite, label: string, value: Uint8Array): Uint8Array {
  const writer = new Writer();
  writer.opaque(fixedText(label));
  writer.opaque(value);
  return suite.hash(writer.finish());
}

/** ExpandWithLabel (section 8). */
export function expandWithLabel(
  suite: HkdfSuite,
  secret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Uint8Array {
  const writer = new Writer();
  writer.uint16(length);
  writer.opaque(mlsLabel(label));
  writer.opaque(context);
  return expand(suite, secret, writer.finish(), length);
}

const NO_CONTEXT = new Uint8Array(0);

/** DeriveSecret (section 8). */
export function deriveSecret(suite: HkdfSuite, secret: Uint8Array, label: string): Uint8Array {
  return expandWithLabel(suite, secret, label, NO_CONTEXT, suite.hashLength);
}

/** DeriveTreeSecret (section 9.1). */
export function deriveTreeSecret(
  suite: HkdfSuite,
  secret: Uint8Array,
  label: string,
  generation: number,
  length: number,
): Uint8Array {
  const context = new Uint8Array(4);
  new DataView(context.buffer).setUint32(0, generation);
  return expandWithLabel(suite, secret, label, context, length);
}
