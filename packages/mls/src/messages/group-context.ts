/** The group context (RFC 9420, section 8.1): what all members of an epoch agree on. */
import { type Codec, encode, opaque, struct, uint16, uint64 } from '../codec/codec.ts';
import { type Extension, extensionsCodec } from './extension.ts';

export const MLS10 = 1;

export interface GroupContext {
  readonly version: number;
  readonly cipherSuite: number;
  readonly groupId: Uint8Array;
  readonly epoch: bigint;
  readonly treeHash: Uint8Array;
  readonly confirmedTranscriptHash: Uint8Array;
  readonly extensions: readonly Extension[];
}

export const groupContextCodec: Codec<GroupContext> = struct<GroupContext>({
  version: uint16,
  cipherSuite: uint16,
  groupId: opaque,
  epoch: uint64,
  treeHash: opaque,
  confirmedTranscriptHash: opaque,
  extensions: extensionsCodec,
});

const encoded = new WeakMap<GroupContext, Uint8Array>();

/** The encoding, remembered: it is part of every signature of its epoch. Do not write to it. */
export function encodeGroupContext(context: GroupContext): Uint8Array {
  let bytes = encoded.get(context);
  if (bytes === undefined) {
    bytes = encode(groupContextCodec, context);
    encoded.set(context, bytes);
  }
  return bytes;
}
