/**
 * One member's state of a group: an immutable value. It holds secrets; forward secrecy rests on letting go
 * of every state but the newest one, in memory and in storage.
 */
import type { GroupContext } from '../messages/group-context.ts';
import type { PublicGroup } from '../public/public-group.ts';
import type { EpochSecrets } from '../schedule/key-schedule.ts';
import type { SecretTree } from '../secrets/secret-tree.ts';
import type { RatchetTree } from '../tree/ratchet-tree.ts';

/** What reading late messages of a former epoch takes, and no more. */
export interface PastEpoch {
  readonly context: GroupContext;
  /** Only the leaves are meaningful. */
  readonly tree: RatchetTree;
  readonly senderDataSecret: Uint8Array;
  readonly secretTree: SecretTree;
}

export interface ResumptionSecret {
  readonly epoch: bigint;
  readonly psk: Uint8Array;
}

/** The private half of an own Update proposal that waits for its commit. */
export interface PendingUpdate {
  readonly reference: Uint8Array;
  readonly encryptionPrivateKey: Uint8Array;
  readonly signaturePrivateKey: Uint8Array;
}

/** Private keys of nodes, by array index: the own leaf, and the parents whose secret this member knows. */
export type PathKeys = ReadonlyMap<number, Uint8Array>;

export interface ActiveGroup {
  readonly status: 'active';
  readonly group: PublicGroup;
  readonly ownLeaf: number;
  readonly signaturePrivateKey: Uint8Array;
  readonly pathKeys: PathKeys;
  readonly secrets: EpochSecrets;
  readonly secretTree: SecretTree;
  readonly pendingUpdates: readonly PendingUpdate[];
  /** Newest first. */
  readonly pastEpochs: readonly PastEpoch[];
  /** Newest first, the present epoch not included. */
  readonly resumption: readonly ResumptionSecret[];
}

/** After removal: only what late messages and a return by resumption need. */
export interface ClosedGroup {
  readonly status: 'removed';
  readonly group: PublicGroup;
  readonly ownLeaf: number;
  readonly pastEpochs: readonly PastEpoch[];
  readonly resumption: readonly ResumptionSecret[];
}

export type GroupState = ActiveGroup | ClosedGroup;

/**
 * The epoch that a commit begins, for who is in it. It is no state yet and does not pass for one: what stays
 * readable of the epochs before it is known only when it is merged.
 */
export interface NextEpoch
  extends Omit<ActiveGroup, 'status' | 'pendingUpdates' | 'pastEpochs' | 'resumption'> {
  readonly status: 'staged';
  /** The confirmation tag of the epoch that it follows: of one number there are two after a fork. */
  readonly follows: Uint8Array;
}

/** The same for who is no longer in it. */
export interface NextWithoutUs extends Pick<ClosedGroup, 'group' | 'ownLeaf'> {
  readonly status: 'staged removal';
  readonly follows: Uint8Array;
}
