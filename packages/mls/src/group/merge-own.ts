/** Entering the epoch of an own commit that was kept while its group went on. */
import { equalBytes } from '../bytes.ts';
import { check } from '../errors.ts';
import { keptEpochs } from './enter-epoch.ts';
import { cipherSuite, type Environment, retentionOf } from './environment.ts';
import { active } from './frame.ts';
import type { ActiveGroup, GroupState } from './state.ts';

/**
 * The state that an own commit staged, with what `state` can still read by now: messages may have been read and
 * sent since the commit was made. Throws `wrong-group`, and `wrong-epoch` where the commit does not follow the
 * epoch of `state`.
 */
export function mergeOwnCommit(env: Environment, state: GroupState, staged: GroupState): ActiveGroup {
  const [before, next] = [active(state), active(staged)];
  const { context } = next.group;
  check(equalBytes(context.groupId, before.group.context.groupId), 'wrong-group');
  check(context.epoch === before.group.context.epoch + 1n, 'wrong-epoch');
  const suite = cipherSuite(env, context.cipherSuite);
  return { ...next, pastEpochs: keptEpochs(suite, retentionOf(env), before) };
}
