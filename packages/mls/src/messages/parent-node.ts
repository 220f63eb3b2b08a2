/** Parent nodes (RFC 9420, section 7.1). */
import { type Codec, opaque, struct, uint32, vector } from '../codec/codec.ts';

export interface ParentNode {
  readonly encryptionKey: Uint8Array;
  readonly parentHash: Uint8Array;
  /** Leaf indices in ascending order. */
  readonly unmergedLeaves: readonly number[];
}

export const parentNodeCodec: Codec<ParentNode> = struct<ParentNode>({
  encryptionKey: opaque,
  parentHash: opaque,
  unmergedLeaves: vector(uint32),
});
