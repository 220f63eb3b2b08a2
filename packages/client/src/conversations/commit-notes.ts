/** What commits, and a server that was restored, mean to the people of a conversation, as lines. */

import type { AccountId } from '@sotto/protocol';
import { nameOf } from '@sotto/protocol';
import type { ReceivedCommit } from '@sotto/protocol/conversations';
import type { Core } from '../core.ts';
import { claimOf } from './authenticate.ts';
import type { GroupRecord } from './records.ts';
import type { TimelineChange } from './timeline.ts';

export function noteCommit(
  core: Core,
  change: TimelineChange,
  record: GroupRecord,
  time: number,
  commit: ReceivedCommit,
): void {
  const returned = hasReturned(commit);
  for (const leaf of commit.added) {
    const account = claimOf(leaf)?.accountId;
    if (account === undefined || returned) continue;
    const text =
      account === core.self.accountId
        ? 'You added a new device'
        : `${nameFor(core, account)} added a new device`;
    change.note(record.conversation, time, 'warning', text);
  }
  for (const leaf of commit.removed) {
    const account = claimOf(leaf)?.accountId;
    if (account === undefined || returned) continue;
    const text =
      account === core.self.accountId
        ? 'One of your devices was removed'
        : `${nameFor(core, account)} removed a device`;
    change.note(record.conversation, time, 'plain', text);
  }
}

/** A device took its own place again, with the same key (the engine lets it take no other): nothing to tell anybody. */
function hasReturned({ external, by, removed }: ReceivedCommit): boolean {
  const device = claimOf(by)?.deviceId;
  return external && removed.some((leaf) => claimOf(leaf)?.deviceId === device);
}

/** The server has forgotten what came after its backup: in each conversation that goes on, a line says so. */
export async function noteRestored({ timeline, now }: Core): Promise<void> {
  const text =
    'The server was restored from a backup. Messages from shortly before may not have reached everyone; ask if one matters.';
  await timeline.change((change) => {
    for (const { id, state } of timeline.all())
      if (state === 'active') change.note(id, now(), 'warning', text);
  });
}

/** The name part of an account's address, as people are called in lines. */
export function nameFor(core: Core, account: AccountId): string {
  const address = core.directory.get(account)?.address;
  return address === undefined ? 'Somebody' : nameOf(address);
}
