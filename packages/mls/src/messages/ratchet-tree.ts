/** The ratchet_tree extension (RFC 9420, section 12.4.3.3): nodes in array order, blank ones absent. */
import { type Codec, optional, vector } from '../codec/codec.ts';
import { Malformed } from '../codec/reader.ts';
import { type LeafNode, leafNodeCodec } from './leaf-node.ts';
import { type ParentNode, parentNodeCodec } from './parent-node.ts';

export type RatchetTreeNode =
  | { readonly kind: 'leaf'; readonly leaf: LeafNode }
  | { readonly kind: 'parent'; readonly parent: ParentNode };

/** `struct { NodeType node_type; select … } Node` */
const nodeCodec: Codec<RatchetTreeNode> = {
  write(writer, node) {
    writer.uint8(node.kind === 'leaf' ? 1 : 2);
    if (node.kind === 'leaf') leafNodeCodec.write(writer, node.leaf);
    else parentNodeCodec.write(writer, node.parent);
  },
  read(reader) {
    const type = reader.uint8();
    if (type === 1) return { kind: 'leaf', leaf: leafNodeCodec.read(reader) };
    if (type === 2) return { kind: 'parent', parent: parentNodeCodec.read(reader) };
    throw new Malformed('node type');
  },
};

/** Without trailing blanks, which is how the list is canonical. */
export type RatchetTreeNodes = readonly (RatchetTreeNode | undefined)[];

export const ratchetTreeCodec: Codec<RatchetTreeNodes> = vector(optional(nodeCodec));
