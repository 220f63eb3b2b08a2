/** `GroupSecrets`, sealed to each new member in a Welcome (RFC 9420, section 12.4.3.1). */
import { type Codec, opaque, optional, struct, vector } from '../codec/codec.ts';
import { type PreSharedKeyId, preSharedKeyIdCodec } from './pre-shared-key-id.ts';

export interface GroupSecrets {
  readonly joinerSecret: Uint8Array;
  readonly pathSecret: Uint8Array | undefined;
  readonly psks: readonly PreSharedKeyId[];
}

export const groupSecretsCodec: Codec<GroupSecrets> = struct<GroupSecrets>({
  joinerSecret: opaque,
  pathSecret: optional(opaque),
  psks: vector(preSharedKeyIdCodec),
});
