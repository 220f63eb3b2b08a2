/** Leaf nodes (RFC 9420, section 7.2). */
import { type Codec, opaque } from '../codec/codec.ts';
import { Malformed, type Reader } from '../codec/reader.ts';
import { Writer } from '../codec/writer.ts';
import { type Capabilities, capabilitiesCodec } from './capabilities.ts';
import { type Credential, credentialCodec } from './credential.ts';
import { type Extension, extensionsCodec } from './extension.ts';
import { type Lifetime, lifetimeCodec } from './lifetime.ts';

export const LeafNodeSource = { keyPackage: 1, update: 2, commit: 3 } as const;

/** What depends on where the leaf comes from. */
export type LeafNodeOrigin =
  | { readonly leafNodeSource: typeof LeafNodeSource.keyPackage; readonly lifetime: Lifetime }
  | { readonly leafNodeSource: typeof LeafNodeSource.update }
  | { readonly leafNodeSource: typeof LeafNodeSource.commit; readonly parentHash: Uint8Array };

export interface UnsignedLeafNode {
  readonly encryptionKey: Uint8Array;
  readonly signatureKey: Uint8Array;
  readonly credential: Credential;
  readonly capabilities: Capabilities;
  readonly origin: LeafNodeOrigin;
  readonly extensions: readonly Extension[];
}

export interface LeafNode extends UnsignedLeafNode {
  readonly signature: Uint8Array;
}

function writeUnsigned(writer: Writer, leaf: UnsignedLeafNode): void {
  writer.opaque(leaf.encryptionKey);
  writer.opaque(leaf.signatureKey);
  credentialCodec.write(writer, leaf.credential);
  capabilitiesCodec.write(writer, leaf.capabilities);
  writer.uint8(leaf.origin.leafNodeSource);
  if (leaf.origin.leafNodeSource === LeafNodeSource.keyPackage) {
    lifetimeCodec.write(writer, leaf.origin.lifetime);
  }
  if (leaf.origin.leafNodeSource === LeafNodeSource.commit) writer.opaque(leaf.origin.parentHash);
  extensionsCodec.write(writer, leaf.extensions);
}

function readOrigin(reader: Reader): LeafNodeOrigin {
  const leafNodeSource = reader.uint8();
  if (leafNodeSource === LeafNodeSource.keyPackage) {
    return { leafNodeSource, lifetime: lifetimeCodec.read(reader) };
  }
  if (leafNodeSource === LeafNodeSource.update) return { leafNodeSource };
  if (leafNodeSource === LeafNodeSource.commit) return { leafNodeSource, parentHash: reader.opaque() };
  throw new Malformed('leaf node source');
}

export const leafNodeCodec: Codec<LeafNode> = {
  write(writer, leaf) {
    writeUnsigned(writer, leaf);
    writer.opaque(leaf.signature);
  },
  read: (reader) => ({
    encryptionKey: reader.opaque(),
    signatureKey: reader.opaque(),
    credential: credentialCodec.read(reader),
    capabilities: capabilitiesCodec.read(reader),
    origin: readOrigin(reader),
    extensions: extensionsCodec.read(reader),
    signature: opaque.read(reader),
  }),
};

/** Where a leaf stands; part of what is signed unless the leaf comes from a key package. */
export interface LeafPlace {
  readonly groupId: Uint8Array;
  readonly leafIndex: number;
}

/** `LeafNodeTBS`. */
export function leafNodeToBeSigned(leaf: UnsignedLeafNode, place: LeafPlace): Uint8Array {
  const writer = new Writer();
  writeUnsigned(writer, leaf);
  if (leaf.origin.leafNodeSource !== LeafNodeSource.keyPackage) {
    writer.opaque(place.groupId);
    writer.uint32(place.leafIndex);
  }
  return writer.finish();
}
