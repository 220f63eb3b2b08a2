/**
 * Entering a group that this device is a member of. A group that was begun here is kept before the server is asked to
 * take it: where the answer is lost, the others may be writing in it already.
 */

import { hasCode } from '@sotto/crypto';
import type { GroupId } from '@sotto/protocol';
import type { Group } from '@sotto/protocol/conversations';
import type { Core } from '../core.ts';
import { type Groups, groupRecord } from './groups.ts';
import {
  type BegunRecord,
  type ConversationId,
  type ConversationRecord,
  type GroupRecord,
  KEY,
} from './records.ts';
import type { TimelineChange } from './timeline.ts';

/** Keeps a group that was just entered, and makes its conversation. To be called under the groups' lock. */
export async function enter(
  groups: Groups,
  record: GroupRecord,
  group: Group,
  state: ConversationRecord['state'],
  more: (change: TimelineChange) => Promise<void> | void,
): Promise<void> {
  await groups.advance(record, group, async (change) => {
    const before = change.require(record.conversation, state);
    const joined = [...new Set([...before.groups, record.id])].sort();
    change.putConversation({
      ...before,
      groups: joined,
      state: before.state === 'request' ? state : before.state,
    });
    change.delete(KEY.waiting(record.id));
    await more(change);
  });
}

/** Resolves when the group is durable here; only then may the server learn of it. */
export async function keepBegun(
  core: Core,
  id: GroupId,
  conversation: ConversationId,
  group: Group,
): Promise<void> {
  const { fixed, moving } = (await core.engine()).encode(group);
  if (fixed === null) throw new RangeError('without an earlier state, all of it is written');
  const begun: BegunRecord = { id, conversation, time: core.now(), state: { fixed, moving } };
  await core.store.put(KEY.begun(id), begun);
}

/** The server has not taken the group. */
export async function dropBegun(core: Core, id: GroupId): Promise<void> {
  await core.store.delete(KEY.begun(id));
}

/** The server has the group `id`: enters it if it was begun here, which it returns. To be called under the groups' lock. */
export async function enterBegun(core: Core, groups: Groups, id: GroupId): Promise<boolean> {
  const begun = await core.store.get<BegunRecord>(KEY.begun(id));
  if (begun === undefined) return false;
  const group = await (await core.engine()).decode(begun.state).catch(async (error: unknown) => {
    if (!hasCode(error, 'group_state_invalid')) throw error;
    // A member without a state: it enters from outside (join.ts).
    await core.store.batch([{ delete: KEY.begun(id) }, { put: KEY.joining(id), value: true }]);
    return undefined;
  });
  if (group === undefined) return false;
  await enter(groups, groupRecord(id, begun.conversation, 0, 0), group, 'active', (change) => {
    change.delete(KEY.begun(id));
  });
  return true;
}

/**
 * Enters what was begun here and is among the groups that the server lists. What is not listed is kept for a day: the
 * request may still be under way, and then the others write in a group that this device must be able to read.
 */
export async function settleBegun(
  core: Core,
  groups: Groups,
  listed: readonly { readonly groupId: GroupId }[],
): Promise<void> {
  for (const [, { id, time }] of await core.store.range<BegunRecord>({ prefix: KEY.begunAll })) {
    if (listed.some(({ groupId }) => groupId === id)) await enterBegun(core, groups, id);
    else if (Math.abs(core.now() - time) > DAY) await dropBegun(core, id);
  }
}

const DAY = 86_400_000;
