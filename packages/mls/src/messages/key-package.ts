/** Key packages (RFC 9420, section 10). */
import { type Codec, encode, opaque, struct, uint16 } from '../codec/codec.ts';
import { Writer } from '../codec/writer.ts';
import { refHash } from '../crypto/labels.ts';
import type { PublicSuite } from '../crypto/public-suite.ts';
import { type Extension, extensionsCodec } from './extension.ts';
import { type LeafNode, leafNodeCodec } from './leaf-node.ts';

export interface UnsignedKeyPackage {
  readonly version: number;
  readonly cipherSuite: number;
  readonly initKey: Uint8Array;
  readonly leafNode: LeafNode;
  readonly extensions: readonly Extension[];
}

export interface KeyPackage extends UnsignedKeyPackage {
  readonly signature: Uint8Array;
}

const unsigned = {
  version: uint16,
  cipherSuite: uint16,
  initKey: opaque,
  leafNode: leafNodeCodec,
  extensions: extensionsCodec,
};
const unsignedCodec: Codec<UnsignedKeyPackage> = struct<UnsignedKeyPackage>(unsigned);
export const keyPackageCodec: Codec<KeyPackage> = struct<KeyPackage>({ ...unsigned, signature: opaque });

/** `KeyPackageTBS`. */
export function keyPackageToBeSigned(keyPackage: UnsignedKeyPackage): Uint8Array {
  const writer = new Writer();
  unsignedCodec.write(writer, keyPackage);
  return writer.finish();
}

/** KeyPackageRef (section 5.2). */
export function keyPackageRef(suite: PublicSuite, keyPackage: KeyPackage): Uint8Array {
  return refHash(suite, 'MLS 1.0 KeyPackage Reference', encode(keyPackageCodec, keyPackage));
}
