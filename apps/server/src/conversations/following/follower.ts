/** What the server asks of whoever follows its groups: `PublicFollower`, or in a test one that believes everything. */
import type { BodyOf, conversations } from '@sotto/contract';
import type { Bytes } from '@sotto/crypto/public';
import type { DeviceId, GroupId } from '@sotto/protocol/public';
import type { DeviceCaller } from '../../platform/http/callers.ts';

export type DeviceField = BodyOf<typeof conversations.createGroup>['members'][number];

export interface Creation {
  readonly groupId: GroupId;
  readonly caller: DeviceCaller;
  readonly groupInfo: Bytes;
  readonly welcome: Bytes | null;
  /** The other devices, as the caller says. */
  readonly members: readonly DeviceField[];
}

export interface Submission {
  readonly groupId: GroupId;
  readonly caller: DeviceCaller;
  /** The group's newest handshake entry. */
  readonly follows: number;
  readonly commit: Bytes;
  readonly groupInfo: Bytes;
  readonly welcome: Bytes | null;
  /** Who joins and who leaves, as the caller says. */
  readonly added: readonly DeviceField[];
  readonly removed: readonly DeviceId[];
}

/** What a commit does to the members. */
export interface Change {
  /** Each device that has a new leaf: added, or come from outside. */
  readonly added: readonly DeviceField[];
  /** Devices that had a leaf and have none any more. */
  readonly removed: readonly DeviceId[];
  /** All of the new epoch, where the commit goes on from an earlier state than the newest; null elsewhere. */
  readonly members: readonly DeviceField[] | null;
  /** To be called once the commit is durable as entry `number`. */
  readonly taken: (number: number) => void;
}

export interface Follower {
  /** Throws `handshake_invalid`, and `state_conflict` where a leaf is of a device that its account does not list now. */
  begin(creation: Creation): Promise<void>;
  /** Throws the same, and `group_unsupported` for a group that cannot be followed. Changes nothing. */
  follow(submission: Submission): Promise<Change>;
}
