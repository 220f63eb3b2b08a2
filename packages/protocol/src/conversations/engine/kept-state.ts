/**
 * A group at rest, in two parts, so that a message writes little and yet leaves no used key behind:
 *
 * ```
 * fixed  = a snapshot of `@sotto/mls` without the secret tree of the present epoch: what stays until the next commit
 * moving = a journal entry of `@sotto/mls` against it: the secret tree, whole
 * ```
 * Both are replaced, never appended to: an older `moving` would still hold the keys that were used since. The private
 * signing key is in neither (device.ts).
 */
import { type Bytes, copyBytes, equalBytes } from '@sotto/crypto/public';
import { applyJournal, decodeState, encodeJournal, encodeState, type GroupState, MlsError } from '@sotto/mls';
import type { KeptChange, KeptGroup } from '../mls-engine.ts';
import { failure } from './failure.ts';
import { GroupHandle, placeOf } from './handle.ts';

/** @param before what was kept last: its fixed part is not written again where it is the same */
export function encodeGroup(handle: GroupHandle, before: GroupHandle | undefined): KeptChange {
  const fixed = withoutKeys(handle.state);
  const same = before !== undefined && sharesFixed(handle.state, before.state);
  return {
    fixed: same ? null : copyBytes(encodeState(fixed)),
    moving: copyBytes(encodeJournal(fixed, handle.state)),
  };
}

/** Throws `group_state_newer`, and `group_state_invalid` for damaged bytes or the group of another device. */
export function decodeGroup({ fixed, moving }: KeptGroup, signatureKey: Uint8Array): GroupHandle {
  const state = readState(() => applyJournal(decodeState(copyBytes(fixed)), copyBytes(moving)));
  const own = state.group.tree.leaf(state.ownLeaf);
  const isOwn = own !== undefined && equalBytes(own.signatureKey, signatureKey);
  if (state.status === 'active' && !isOwn) throw failure('group_state_invalid');
  if (placeOf(state.group.context) === undefined) throw failure('group_state_invalid');
  return new GroupHandle(state);
}

/** The next epoch as an own commit makes it. What can be read of former ones is taken from the group when it enters. */
export function encodePending(state: GroupState): Bytes {
  return copyBytes(encodeState({ ...state, pastEpochs: [] }));
}

export function decodePending(bytes: Uint8Array): GroupState {
  return readState(() => decodeState(copyBytes(bytes)));
}

function withoutKeys(state: GroupState): GroupState {
  if (state.status !== 'active') return state;
  return { ...state, secretTree: { level: state.secretTree.level, root: undefined } };
}

/** Whether two states differ at most in the secret tree; the engine shares what did not change. */
function sharesFixed(a: GroupState, b: GroupState): boolean {
  if (a.status !== 'active' || b.status !== 'active') return false;
  return a.group === b.group && a.pastEpochs === b.pastEpochs && a.secrets === b.secrets;
}

function readState(read: () => GroupState): GroupState {
  try {
    return read();
  } catch (cause) {
    const newer = cause instanceof MlsError && cause.code === 'state-version';
    throw failure(newer ? 'group_state_newer' : 'group_state_invalid', cause);
  }
}
