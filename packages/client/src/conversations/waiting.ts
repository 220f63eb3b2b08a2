/**
 * Requests of strangers that another device of the account was asked with, and not this one: it stays outside of their
 * groups, since entering would tell the stranger of it, until the person has accepted on one of the devices.
 */
import type { AccountId, GroupId } from '@sotto/protocol';
import type { Core } from '../core.ts';
import { type ConversationId, KEY, type WaitingRecord } from './records.ts';

/** Whether the person has begun the conversation, or accepted it, on whichever device. */
export function isAccepted(core: Core, id: ConversationId): boolean {
  const record = core.timeline.get(id);
  return record === undefined ? core.contactList.get(id)?.relation === 'accepted' : record.state === 'active';
}

/** Whose group it is, where it waits. */
export async function waitingOf(core: Core, group: GroupId): Promise<AccountId | undefined> {
  return (await core.store.get<WaitingRecord>(KEY.waiting(group)))?.conversation;
}

/** Shows the request, without what was written so far. */
export async function letWait(core: Core, group: GroupId, conversation: ConversationId): Promise<void> {
  const waiting: WaitingRecord = { conversation };
  await core.timeline.change((change) => {
    change.put(KEY.waiting(group), waiting);
    if (change.conversation(conversation) !== undefined) return;
    change.putConversation(change.require(conversation, 'request'));
    change.note(conversation, core.now(), 'plain', UNREAD);
  });
}

/** Whether there is something to enter now that was waiting. */
export async function isToEnter(core: Core): Promise<boolean> {
  return (await allWaiting(core)).some((conversation) => isAccepted(core, conversation));
}

export async function isWaiting(core: Core, id: ConversationId): Promise<boolean> {
  return (await allWaiting(core)).includes(id);
}

async function allWaiting(core: Core): Promise<readonly ConversationId[]> {
  const records = await core.store.range<WaitingRecord>({ prefix: KEY.waitings });
  return records.map(([, { conversation }]) => conversation);
}

const UNREAD =
  'What was written so far cannot be read on this device. Once you accept, you read here what comes next.';
