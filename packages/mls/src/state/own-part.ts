/** The secret parts of a stored state that are written whole. */
import { type Codec, opaque, struct, uint32, uint64, vector } from '../codec/codec.ts';
import type { PathKeys, PendingUpdate, ResumptionSecret } from '../group/state.ts';
import type { EpochSecrets } from '../schedule/key-schedule.ts';

const epochSecretsCodec: Codec<EpochSecrets> = struct<EpochSecrets>({
  senderDataSecret: opaque,
  exporterSecret: opaque,
  externalSecret: opaque,
  membershipKey: opaque,
  resumptionPsk: opaque,
  epochAuthenticator: opaque,
  initSecret: opaque,
});

interface NodeKey {
  readonly node: number;
  readonly key: Uint8Array;
}
const nodeKeys: Codec<readonly NodeKey[]> = vector(struct<NodeKey>({ node: uint32, key: opaque }));

const pathKeysCodec: Codec<PathKeys> = {
  write: (writer, keys) =>
    nodeKeys.write(
      writer,
      [...keys].map(([node, key]) => ({ node, key })),
    ),
  read: (reader) => new Map(nodeKeys.read(reader).map(({ node, key }) => [node, key])),
};

/** An active member's own keys and secrets. */
export interface OwnPart {
  readonly signaturePrivateKey: Uint8Array;
  readonly pathKeys: PathKeys;
  readonly secrets: EpochSecrets;
  readonly pendingUpdates: readonly PendingUpdate[];
}

export const ownPartCodec: Codec<OwnPart> = struct<OwnPart>({
  signaturePrivateKey: opaque,
  pathKeys: pathKeysCodec,
  secrets: epochSecretsCodec,
  pendingUpdates: vector(
    struct<PendingUpdate>({ reference: opaque, encryptionPrivateKey: opaque, signaturePrivateKey: opaque }),
  ),
});

export const resumptionCodec: Codec<readonly ResumptionSecret[]> = vector(
  struct<ResumptionSecret>({ epoch: uint64, psk: opaque }),
);
