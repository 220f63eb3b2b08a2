/** Update paths (RFC 9420, section 7.6). */
import { type Codec, opaque, struct, vector } from '../codec/codec.ts';
import { type HpkeCiphertext, hpkeCiphertextCodec } from './hpke-ciphertext.ts';
import { type LeafNode, leafNodeCodec } from './leaf-node.ts';

export interface UpdatePathNode {
  readonly encryptionKey: Uint8Array;
  readonly encryptedPathSecret: readonly HpkeCiphertext[];
}

export interface UpdatePath {
  readonly leafNode: LeafNode;
  readonly nodes: readonly UpdatePathNode[];
}

const updatePathNodeCodec: Codec<UpdatePathNode> = struct<UpdatePathNode>({
  encryptionKey: opaque,
  encryptedPathSecret: vector(hpkeCiphertextCodec),
});

export const updatePathCodec: Codec<UpdatePath> = struct<UpdatePath>({
  leafNode: leafNodeCodec,
  nodes: vector(updatePathNodeCodec),
});
