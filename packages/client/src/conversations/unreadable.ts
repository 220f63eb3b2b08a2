/** Lines in place of what could not be read or followed: one for all in a row. */
import type { ConversationId, ItemRecord } from './records.ts';
import type { TimelineChange } from './timeline.ts';

const ONE = 'A message could not be read on this device.';
const SEVERAL = 'Several messages could not be read on this device.';
const CHANGE = 'A change to this conversation did not check out and was ignored.';

export async function noteUnreadable(
  change: TimelineChange,
  id: ConversationId,
  time: number,
): Promise<void> {
  const last = await newest(change, id);
  if (last === undefined || !isTrouble(last)) change.append(id, { kind: 'unreadable', time, text: ONE });
  else if (last.kind === 'unreadable') change.putItem(id, { ...last, text: SEVERAL });
}

export async function noteIgnoredChange(
  change: TimelineChange,
  id: ConversationId,
  time: number,
): Promise<void> {
  const last = await newest(change, id);
  if (last?.kind !== 'note' || last.text !== CHANGE) change.note(id, time, 'warning', CHANGE);
}

/** Says what came of it, in the place of such a line where one stands last. */
export async function noteOutcome(
  change: TimelineChange,
  id: ConversationId,
  time: number,
  text: string,
): Promise<void> {
  const last = await newest(change, id);
  if (last === undefined || !isTrouble(last)) change.note(id, time, 'plain', text);
  else change.putItem(id, { kind: 'note', position: last.position, time, tone: 'plain', text });
}

function newest(change: TimelineChange, id: ConversationId): Promise<ItemRecord | undefined> {
  return change.item(id, (change.conversation(id)?.next ?? 1) - 1);
}

function isTrouble(item: ItemRecord): boolean {
  return item.kind !== 'message' && [ONE, SEVERAL, CHANGE].includes(item.text);
}
