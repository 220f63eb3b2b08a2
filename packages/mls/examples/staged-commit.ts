/** Looking at a commit before it is merged, and storing what changed: the code of the README, run by a test. */
import {
  applyJournal,
  decodeState,
  type Environment,
  encodeJournal,
  encodeState,
  type GroupState,
  mergeCommit,
  processMessage,
} from '@sotto/mls';

export async function inspect(env: Environment, state: GroupState, commit: Uint8Array): Promise<GroupState> {
  // #region staged
  const received = await processMessage(env, state, commit);
  if (received.kind !== 'commit') throw new Error('not a commit');
  const { staged } = received;
  for (const { leaf, by } of staged.added) report('added', leaf.credential, by);
  for (const { leaf, by } of staged.removed) report('removed', leaf.credential, by);
  for (const { after, by } of staged.updated) report('changed', after.credential, by);
  // Merge into the newest state: messages may have been read since. Or do not, and go on with `received.state`.
  const next = mergeCommit(env, received.state, staged);
  // #endregion

  // #region journal
  const snapshot = encodeState(state);
  const entry = encodeJournal(state, next); // O(log n) bytes
  const restored = applyJournal(decodeState(snapshot), entry);
  // #endregion
  return restored;
}

const lines: unknown[] = [];
function report(...line: readonly unknown[]): void {
  lines.push(line);
}
