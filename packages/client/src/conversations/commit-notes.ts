/** What a commit means to the people of a conversation, as lines. */

import type { AccountId } from '@sotto/protocol';
import { nameOf } from '@sotto/protocol';
import type { ReceivedCommit } from '@sotto/protocol/conversations';
import type { Core } from '../core.ts';
import { claimOf } from './authenticate.ts';
import { addMarks } from './incoming.ts';
import type { GroupRecord } from './records.ts';
import type { TimelineChange } from './timeline.ts';

export async function noteCommit(
  core: Core,
  change: TimelineChange,
  record: GroupRecord,
  time: number,
  commit: ReceivedCommit,
): Promise<void> {
  for (const leaf of commit.added) {
    const account = claimOf(leaf)?.accountId;
    if (account === undefined) continue;
    const text =
      account === core.self.accountId
        ? 'You added a new device'
        : `${nameFor(core, account)} added a new device`;
    change.note(record.conversation, time, 'warning', text);
  }
  for (const leaf of commit.removed) {
    const account = claimOf(leaf)?.accountId;
    if (account === undefined) continue;
    const text =
      account === core.self.accountId
        ? 'One of your devices was removed'
        : `${nameFor(core, account)} removed a device`;
    change.note(record.conversation, time, 'plain', text);
  }
  await welcomeSister(core, change, record, commit);
}

/**
 * A new device of this account does not know whom the person has accepted, and takes everybody for a stranger. A mark
 * from a sister device, which only an accepted conversation sends, tells it.
 */
async function welcomeSister(
  core: Core,
  change: TimelineChange,
  record: GroupRecord,
  commit: ReceivedCommit,
): Promise<void> {
  const joined = commit.external && claimOf(commit.by)?.accountId === core.self.accountId;
  const conversation = change.conversation(record.conversation);
  if (!joined || conversation?.state !== 'active') return;
  for (let at = conversation.next - 1; at > 0 && at > conversation.next - LOOK_BACK; at--) {
    const item = await change.item(record.conversation, at);
    if (item?.kind !== 'message' || item.messageId === null) continue;
    await addMarks(core, change, record, { delivered: [], read: [item.messageId] });
    return;
  }
}

/** Lines that are looked through for a message to mark. */
const LOOK_BACK = 100;

/** The name part of an account's address, as people are called in lines. */
export function nameFor(core: Core, account: AccountId): string {
  const address = core.directory.get(account)?.address;
  return address === undefined ? 'Somebody' : nameOf(address);
}
