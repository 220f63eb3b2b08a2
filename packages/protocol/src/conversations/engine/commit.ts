/** Making a commit, and entering the epoch that it begins (RFC 9420 section 12.4). */
import { type Bytes, copyBytes } from '@sotto/crypto';
import {
  createCommit,
  exportGroupInfo,
  type GroupState,
  mergeCommit,
  type NextEpoch,
  type Proposal,
  ProposalType,
} from '@sotto/mls';
import type { CommitRequest, CommitResult } from '../mls-engine.ts';
import { type Device, judgement, NOBODY } from './device.ts';
import { failingAs } from './failure.ts';
import { GroupHandle, ownPlace } from './handle.ts';
import { decodePending, encodePending } from './kept-state.ts';
import { readKeyPackage } from './key-package.ts';

export async function makeCommit(
  handle: GroupHandle,
  { add = [], remove = [], identity, authenticate }: CommitRequest,
  device: Device,
): Promise<CommitResult> {
  const proposals: Proposal[] = remove.map((removed) => ({ proposalType: ProposalType.remove, removed }));
  for (const bytes of add) {
    const keyPackage = await readKeyPackage(bytes, device);
    proposals.push({ proposalType: ProposalType.add, keyPackage });
  }
  const env = device.environment(judgement(authenticate, ownPlace(handle)));
  const made = await failingAs('commit_invalid', () =>
    createCommit(env, handle.state, {
      proposals,
      references: [],
      // Also where the proposals demand none: each commit renews the keys of its maker.
      forcePath: true,
      ...(identity === undefined ? {} : { identity: { credential: device.identity(identity).credential } }),
    }),
  );
  const { commit, welcome, staged } = made;
  return {
    commit: copyBytes(commit),
    welcome: welcome === undefined ? null : copyBytes(welcome),
    groupInfo: await groupInfoOf(staged.next, device),
    pending: encodePending(staged.next),
  };
}

/** For those who will join by an external commit. */
export async function groupInfoOf(state: GroupState | NextEpoch, device: Device): Promise<Bytes> {
  return copyBytes(await exportGroupInfo(device.environment(NOBODY), state));
}

/** Enters the epoch of an own commit; see {@link MlsEngine.adopt}. */
export async function adoptPending(
  handle: GroupHandle,
  pending: Uint8Array,
  device: Device,
): Promise<GroupHandle> {
  const next = decodePending(pending);
  const env = device.environment(NOBODY);
  const state = await failingAs('commit_stale', () => mergeCommit(env, handle.state, { next }));
  handle.spend();
  return new GroupHandle(state);
}
