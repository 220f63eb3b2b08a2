/** Entering the epoch that a commit begins (RFC 9420, section 12.4): the one way into it. */
import { equalBytes } from '../bytes.ts';
import { check } from '../errors.ts';
import { enter, formerEpochs } from './enter-epoch.ts';
import { cipherSuite, type Environment, retentionOf } from './environment.ts';
import { active } from './frame.ts';
import type { StagedCommit, StagedOwnCommit } from './staged-commit.ts';
import type { ActiveGroup, GroupState } from './state.ts';

/**
 * The state after a staged commit, own or received, with what `state` can still read by now: messages may have been
 * read and sent since the commit was staged, and keys that they used are not to come back. So `state` is the newest
 * one. Throws `wrong-group`, and `wrong-epoch` where the commit does not follow the very epoch of `state`.
 */
export function mergeCommit(
  env: Environment,
  state: GroupState,
  staged: Pick<StagedOwnCommit, 'next'>,
): ActiveGroup;
export function mergeCommit(
  env: Environment,
  state: GroupState,
  staged: Pick<StagedCommit, 'next'>,
): GroupState;
export function mergeCommit(
  env: Environment,
  state: GroupState,
  { next }: Pick<StagedCommit, 'next'>,
): GroupState {
  const before = active(state);
  const { context } = next.group;
  check(equalBytes(context.groupId, before.group.context.groupId), 'wrong-group');
  check(equalBytes(next.follows, before.group.confirmationTag), 'wrong-epoch');
  const former = formerEpochs(cipherSuite(env, context.cipherSuite), retentionOf(env), before);
  if (next.status === 'staged') return enter(next, former);
  return { status: 'removed', group: next.group, ownLeaf: next.ownLeaf, ...former };
}
