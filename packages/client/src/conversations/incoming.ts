/** What a decrypted message does to a conversation: a line, or marks on own lines. */
import type { Bytes } from '@sotto/crypto';
import type { AccountId, GroupId } from '@sotto/protocol';
import {
  decodeMessage,
  type Message,
  messageIdOf,
  roomUri,
  type StatusOfMessage,
  userUri,
} from '@sotto/protocol/conversations';
import type { Core } from '../core.ts';
import { type ConversationId, type GroupRecord, KEY, type MarksRecord } from './records.ts';
import type { TimelineChange } from './timeline.ts';

/** @param time milliseconds since 1970 when the server took it */
export async function takeContent(
  core: Core,
  change: TimelineChange,
  record: GroupRecord,
  sender: AccountId,
  time: number,
  plaintext: Bytes,
): Promise<void> {
  const conversation = change.conversation(record.conversation);
  if (conversation === undefined || conversation.state === 'declined') return;
  const message = decodeMessage(plaintext);
  const origin = originOf(core, sender, record.id);
  if (origin === undefined || !claims(message, origin)) {
    setAside(change, record, time);
    return;
  }
  const own = sender === core.self.accountId;
  if (own && conversation.state === 'request') change.putConversation({ ...conversation, state: 'active' });
  if (message?.kind === 'status') {
    await takeMarks(core, change, record, own, message.statuses);
    return;
  }
  if (message?.kind !== 'text') {
    const text = 'This message has a content that this version of Sotto cannot show.';
    change.append(record.conversation, { kind: 'unreadable', time: Math.min(time, core.now()), text });
    return;
  }
  const messageId = await messageIdOf(plaintext, origin.senderUri, origin.roomUri);
  if ((await change.positionOf(record.conversation, messageId)) !== undefined) return;
  change.append(record.conversation, {
    kind: 'message',
    id: messageId,
    own,
    from: sender,
    text: message.text,
    time: plausibleTime(message.written, time, core.now()),
    status: own ? 'sent' : 'delivered',
    problem: null,
    messageId,
  });
  if (!own) await addMarks(core, change, record, { delivered: [messageId], read: [] });
}

const DOUBTS = {
  'another-sender': 'A message was set aside: it names another sender or conversation than it came from.',
  'removed-device': 'A message was set aside: it came from a device that was removed from its account.',
} as const;

/** A line in place of a message whose author is in doubt: nothing of it is shown (attacks M6 and K12). */
export function setAside(
  change: TimelineChange,
  record: GroupRecord,
  time: number,
  doubt: keyof typeof DOUBTS = 'another-sender',
): void {
  change.append(record.conversation, { kind: 'unreadable', time, text: DOUBTS[doubt] });
}

interface ContentOrigin {
  readonly senderUri: string;
  readonly roomUri: string;
}

/** The author and the conversation as the sender's leaf and the group name them. */
function originOf(core: Core, sender: AccountId, group: GroupId): ContentOrigin | undefined {
  const address = core.directory.get(sender)?.address;
  if (address === undefined) return undefined;
  return { senderUri: userUri(address), roomUri: roomUri(core.self.domain, group) };
}

/** Whether what a content says of its origin, if anything, is so. */
function claims(message: Message | undefined, origin: ContentOrigin): boolean {
  if (message === undefined) return true;
  const sameSender = message.senderUri === null || message.senderUri === origin.senderUri;
  return sameSender && (message.roomUri === null || message.roomUri === origin.roomUri);
}

const DAY = 86_400_000;

/** The author's time where it fits the server's: not in the future, and at most 30 days before it was sent. */
function plausibleTime(written: number | null, taken: number, now: number): number {
  const latest = Math.min(taken, now);
  return written === null || written > latest || written < latest - 30 * DAY ? latest : written;
}

type Marks = readonly StatusOfMessage[];

/** Marks of the other account raise own lines; marks of an own device tell what was read there. */
async function takeMarks(
  core: Core,
  change: TimelineChange,
  record: GroupRecord,
  own: boolean,
  marks: Marks,
) {
  for (const { messageId, status } of marks) {
    const position = await change.positionOf(record.conversation, messageId);
    if (position === undefined) continue;
    if (!own && (status === 'delivered' || status === 'read')) {
      await change.raiseStatus(record.conversation, position, status);
    }
    if (own && status === 'read') await readElsewhere(change, record.conversation, position);
  }
  if (own) await dropMarks(core, change, record, marks);
}

/** Another device of the person has read this message, and says nothing of those before it: it may not have them. */
async function readElsewhere(change: TimelineChange, id: ConversationId, position: number): Promise<void> {
  const [conversation, item] = [change.conversation(id), await change.item(id, position)];
  if (conversation === undefined || position <= conversation.seen) return;
  if (item?.kind !== 'message' || item.own || item.status === 'read') return;
  change.putItem(id, { ...item, status: 'read' });
  change.putConversation({ ...conversation, unread: Math.max(0, conversation.unread - 1) });
}

/** What another own device has marked need not be marked again. */
async function dropMarks(
  core: Core,
  change: TimelineChange,
  record: GroupRecord,
  marks: Marks,
): Promise<void> {
  const key = KEY.marks(record.conversation);
  const waiting = await core.store.get<MarksRecord>(key);
  if (waiting === undefined) return;
  const read = new Set(marks.filter(({ status }) => status === 'read').map(({ messageId }) => messageId));
  const known = new Set(marks.map(({ messageId }) => messageId));
  change.put(key, {
    delivered: waiting.delivered.filter((id) => !known.has(id)),
    read: waiting.read.filter((id) => !read.has(id)),
  });
}

export async function addMarks(
  core: Core,
  change: TimelineChange,
  record: Pick<GroupRecord, 'conversation'>,
  marks: MarksRecord,
) {
  const key = KEY.marks(record.conversation);
  const waiting = (await core.store.get<MarksRecord>(key)) ?? { delivered: [], read: [] };
  change.put(key, {
    delivered: [...waiting.delivered, ...marks.delivered],
    read: [...waiting.read, ...marks.read],
  });
}
