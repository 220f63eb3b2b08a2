/**
 * A group at rest, in parts, so that a message writes little and yet leaves no used key behind:
 *
 * ```
 * fixed  = a snapshot of `@sotto/mls` without the secret tree of the present epoch: what stays until the next commit
 * moving = the secret tree in pages of `@sotto/mls`: a message changes one of them, at times two
 * ```
 * All are replaced, never appended to: an older page would still hold the keys that were used since. The private
 * signing key is in none (device.ts).
 */
import { type Bytes, copyBytes, equalBytes } from '@sotto/crypto/public';
import {
  decodeNextEpoch,
  decodeSecretPages,
  decodeState,
  encodeNextEpoch,
  encodeSecretPages,
  encodeState,
  type GroupState,
  MlsError,
  type NextEpoch,
  withoutSecretTree,
} from '@sotto/mls';
import type { KeptChange, KeptGroup } from '../mls-engine.ts';
import { failure } from './failure.ts';
import { GroupHandle, placeOf } from './handle.ts';

/** @param before what was kept last: its fixed part is not written again where it is the same */
export function encodeGroup(handle: GroupHandle, before: GroupHandle | undefined): KeptChange {
  const { state } = handle;
  const same = before !== undefined && sharesFixed(state, before.state) ? before.state : undefined;
  const pages = encodeSecretPages(state, same);
  return {
    fixed: same === undefined ? copyBytes(encodeState(withoutSecretTree(state))) : null,
    moving: [...pages].map(([place, bytes]) => ({ place, bytes: copyBytes(bytes) })),
  };
}

/** Throws `group_state_newer`, and `group_state_invalid` for damaged bytes or the group of another device. */
export function decodeGroup({ fixed, moving }: KeptGroup, signatureKey: Uint8Array): GroupHandle {
  const pages = new Map(moving.map(({ place, bytes }) => [place, copyBytes(bytes)]));
  const state = readState(() => decodeSecretPages(decodeState(copyBytes(fixed)), pages));
  const own = state.group.tree.leaf(state.ownLeaf);
  const isOwn = own !== undefined && equalBytes(own.signatureKey, signatureKey);
  if (state.status === 'active' && !isOwn) throw failure('group_state_invalid');
  if (placeOf(state.group.context) === undefined) throw failure('group_state_invalid');
  return new GroupHandle(state);
}

/** The next epoch as an own commit makes it. What can be read of former ones is taken from the group when it enters. */
export function encodePending(next: NextEpoch): Bytes {
  return copyBytes(encodeNextEpoch(next));
}

export function decodePending(bytes: Uint8Array): NextEpoch {
  return readState(() => decodeNextEpoch(copyBytes(bytes)));
}

/** Whether two states differ at most in the secret tree; the engine shares what did not change. */
function sharesFixed(a: GroupState, b: GroupState): boolean {
  if (a.status !== 'active' || b.status !== 'active') return false;
  return a.group === b.group && a.pastEpochs === b.pastEpochs && a.secrets === b.secrets;
}

function readState<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const newer = cause instanceof MlsError && cause.code === 'state-version';
    throw failure(newer ? 'group_state_newer' : 'group_state_invalid', cause);
  }
}
