/** Group information (RFC 9420, section 12.4.3). */
import { type Codec, encode, opaque, struct, uint32 } from '../codec/codec.ts';
import { type Extension, extensionsCodec } from './extension.ts';
import { type GroupContext, groupContextCodec } from './group-context.ts';

export interface UnsignedGroupInfo {
  readonly groupContext: GroupContext;
  readonly extensions: readonly Extension[];
  readonly confirmationTag: Uint8Array;
  readonly signer: number;
}

export interface GroupInfo extends UnsignedGroupInfo {
  readonly signature: Uint8Array;
}

const unsigned = {
  groupContext: groupContextCodec,
  extensions: extensionsCodec,
  confirmationTag: opaque,
  signer: uint32,
};
const unsignedCodec: Codec<UnsignedGroupInfo> = struct<UnsignedGroupInfo>(unsigned);
export const groupInfoCodec: Codec<GroupInfo> = struct<GroupInfo>({ ...unsigned, signature: opaque });

/** `GroupInfoTBS`. */
export function groupInfoToBeSigned(info: UnsignedGroupInfo): Uint8Array {
  return encode(unsignedCodec, info);
}
