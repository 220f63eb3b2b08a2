/** The encoding of a public group, for a server or auditor that follows it. */
import { type Codec, decode, encode } from '../codec/codec.ts';
import { fail } from '../errors.ts';
import type { PublicGroup } from '../public/public-group.ts';
import { groupHeadCodec, headerCodec, refusal } from './public-parts.ts';
import { readTree, writeTree } from './tree-delta.ts';

const header: Codec<undefined> = headerCodec(1);

const publicGroupCodec: Codec<PublicGroup> = {
  write(writer, group) {
    header.write(writer, undefined);
    groupHeadCodec.write(writer, group);
    writeTree(writer, group.tree, undefined, 'all');
  },
  read(reader) {
    header.read(reader);
    return { ...groupHeadCodec.read(reader), tree: readTree(reader, undefined) };
  },
};

export function encodePublicGroup(group: PublicGroup): Uint8Array {
  return encode(publicGroupCodec, group);
}

/** Throws `state-version`, `state-older` or `state-malformed`. */
export function decodePublicGroup(bytes: Uint8Array): PublicGroup {
  const group = decode(publicGroupCodec, bytes);
  return group ?? fail(refusal(bytes));
}
