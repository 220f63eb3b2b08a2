/** The handle of a group: the engine's immutable state, and whether it was used up. */
import { type Bytes, copyBytes } from '@sotto/crypto/public';
import { type GroupContext, type GroupState, type Member, members } from '@sotto/mls';
import { groupContextIn } from '../commit-rules.ts';
import type { Group, GroupPlace, Leaf } from '../mls-engine.ts';
import { presented } from './device.ts';
import { failure } from './failure.ts';

export class GroupHandle implements Group {
  readonly groupId: Bytes;
  readonly epoch: number;
  readonly ownLeaf: number;
  readonly active: boolean;
  readonly state: GroupState;
  #spent = false;

  constructor(state: GroupState) {
    const { context } = state.group;
    this.state = state;
    this.groupId = copyBytes(context.groupId);
    this.epoch = Number(context.epoch);
    this.ownLeaf = state.ownLeaf;
    this.active = state.status === 'active';
  }

  get spent(): boolean {
    return this.#spent;
  }

  /** Uses the handle up at once, so that two operations cannot take the same key; `release` undoes a failed one. */
  spend(): void {
    if (this.#spent) throw failure('group_spent');
    this.#spent = true;
  }

  release(): void {
    this.#spent = false;
  }
}

/** The handle behind a group; throws `group_spent`, and `group_state_invalid` for anything this engine did not make. */
export function handleOf(group: Group): GroupHandle {
  if (!(group instanceof GroupHandle)) throw failure('group_state_invalid');
  if (group.spent) throw failure('group_spent');
  return group;
}

/** Like {@link handleOf}, for what only a member can do. */
export function memberHandleOf(group: Group): GroupHandle {
  const handle = handleOf(group);
  if (!handle.active) throw failure('not_a_member');
  return handle;
}

/** Runs `use` with the handle used up; where it fails, nothing has happened to it. */
export async function spending<T>(handle: GroupHandle, use: () => Promise<T>): Promise<T> {
  handle.spend();
  try {
    return await use();
  } catch (cause) {
    handle.release();
    throw cause;
  }
}

/** Undefined for a group that is not for anything of ours. */
export function placeOf({ groupId, extensions }: GroupContext): GroupPlace | undefined {
  const context = groupContextIn(extensions);
  return context === undefined ? undefined : { groupId: copyBytes(groupId), context };
}

/** The place of a group that this engine is in: each has one. */
export function ownPlace({ state }: GroupHandle): GroupPlace {
  const place = placeOf(state.group.context);
  if (place === undefined) throw failure('group_state_invalid');
  return place;
}

export function leavesOf(state: GroupState): readonly Leaf[] {
  return members(state).map(leafOf);
}

/** Throws `group_state_invalid` for a credential that no check of ours lets into a group. */
export function leafOf({ leaf, leafIndex }: Member): Leaf {
  const found = presented(leaf);
  if (found === undefined) throw failure('group_state_invalid');
  return { leaf: leafIndex, ...found };
}
