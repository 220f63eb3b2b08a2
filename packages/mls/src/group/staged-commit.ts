/** A commit that was checked in full and waits to be merged: what to show, and the state after it. */
import { fail } from '../errors.ts';
import type { Extension } from '../messages/extension.ts';
import type { PreSharedKeyId } from '../messages/pre-shared-key-id.ts';
import { ProposalType, type ReInit } from '../messages/proposal.ts';
import type { Sender } from '../messages/sender.ts';
import type { AddedMember, RemovedMember, UpdatedMember } from '../public/apply-proposals.ts';
import type { StagedPublicCommit } from '../public/stage-commit.ts';
import type { Member } from '../tree/cells.ts';
import type { NextEpoch, NextWithoutUs } from './state.ts';

export interface CommitSummary {
  readonly sender: Sender;
  /** The committer as it stands in the new tree. */
  readonly committer: Member;
  readonly added: readonly AddedMember[];
  readonly removed: readonly RemovedMember[];
  /** By proposal and by the commit's own path, which changes the committer's leaf. */
  readonly updated: readonly UpdatedMember[];
  /** New group-context extensions, when they were replaced. */
  readonly extensions: readonly Extension[] | undefined;
  readonly psks: readonly PreSharedKeyId[];
  readonly reinit: ReInit | undefined;
  /** The epoch that the commit begins. */
  readonly epoch: bigint;
  readonly authenticatedData: Uint8Array;
}

/** A received commit. `mergeCommit` enters the epoch that it begins. */
export interface StagedCommit extends CommitSummary {
  /** This very client is removed: merging closes the state. */
  readonly selfRemoved: boolean;
  readonly next: NextEpoch | NextWithoutUs;
}

/** A commit of this client, which cannot remove itself. */
export interface StagedOwnCommit extends StagedCommit {
  readonly next: NextEpoch;
}

export function summarizeCommit(
  staged: Pick<StagedPublicCommit, 'committer' | 'proposals' | 'applied' | 'path' | 'group'>,
  authenticatedData: Uint8Array,
): CommitSummary {
  const { committer, applied, group, path } = staged;
  const { leafIndex, before, sender } = committer;
  const after = group.tree.leaf(leafIndex);
  const updated = [...applied.updated];
  if (path !== undefined && before !== undefined && after !== undefined) {
    updated.push({ leafIndex, before, after, by: sender });
  }
  const isNewMember = sender.senderType === 'new_member_commit' && after !== undefined;
  const replaced = staged.proposals.some(
    ({ proposal }) => proposal.proposalType === ProposalType.groupContextExtensions,
  );
  return {
    sender,
    committer: { leafIndex, leaf: after ?? before ?? fail('tree-malformed') },
    added: isNewMember ? [...applied.added, { leafIndex, leaf: after, by: sender }] : applied.added,
    removed: applied.removed,
    updated,
    extensions: replaced ? applied.extensions : undefined,
    psks: applied.psks,
    reinit: applied.reinit,
    epoch: group.context.epoch,
    authenticatedData,
  };
}
