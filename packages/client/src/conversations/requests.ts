/** What a person decides of a conversation: seen, accepted, blocked. */
import type { MessageId } from '@sotto/protocol/conversations';
import type { Core } from '../core.ts';
import { addMarks } from './incoming.ts';
import { type ConversationId, type DraftRecord, KEY } from './records.ts';
import { requiredPosition, unknownConversation } from './send.ts';

/** Lines up to `position` were seen here; in an accepted conversation the author learns it. */
export async function markSeen(core: Core, id: ConversationId, position: number): Promise<void> {
  await core.timeline.change(async (change) => {
    const record = change.conversation(id);
    if (record === undefined || position <= record.seen) return;
    const read: MessageId[] = [];
    let unread = 0;
    for (let at = record.seen + 1; at < record.next; at++) {
      const item = await change.item(id, at);
      if (item?.kind !== 'message' || item.own || item.status === 'read') continue;
      if (at > position) unread++;
      else if (item.messageId !== null) read.push(item.messageId);
    }
    change.putConversation({ ...record, seen: Math.min(position, record.next - 1), unread });
    if (read.length > 0) await addMarks(core, change, { conversation: id }, { delivered: [], read });
  });
}

export function accept(core: Core, id: ConversationId): Promise<void> {
  return setState(core, id, 'active');
}

/** Nothing of this person is shown any more, and nothing is sent to them. */
export function decline(core: Core, id: ConversationId): Promise<void> {
  return setState(core, id, 'declined');
}

async function setState(core: Core, id: ConversationId, state: 'active' | 'declined'): Promise<void> {
  await core.timeline.change((change) => {
    const record = change.conversation(id);
    if (record === undefined) throw unknownConversation();
    change.putConversation({ ...record, state, unread: state === 'declined' ? 0 : record.unread });
  });
}

/** Keeps what was begun to be written; nothing for an empty text. */
export async function keepDraft(core: Core, id: ConversationId, text: string): Promise<void> {
  const draft: DraftRecord = { text };
  await core.timeline.change((change) => {
    if (change.conversation(id) === undefined) throw unknownConversation();
    if (text === '') change.delete(KEY.draft(id));
    else change.put(KEY.draft(id), draft);
    change.topics.add('conversations').add(`conversation/${id}`);
  });
}

/** Deletes a message that was not sent. Throws `unknown_message`. */
export async function discard(core: Core, id: ConversationId, message: string): Promise<void> {
  const position = await requiredPosition(core, id, message);
  await core.timeline.change(async (change) => {
    const item = await change.item(id, position);
    if (item?.kind !== 'message' || item.status !== 'failed') return;
    change.removeItem(id, position);
    change.delete(KEY.named(id, message));
  });
}
