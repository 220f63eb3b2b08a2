/** `sotto conversations`: the list, and what to do about requests of strangers. */
import type { ConversationSummary } from '@sotto/client/api';
import { columns } from '../columns.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { withProfile } from '../open-profile.ts';
import { requireConversation } from '../people.ts';
import { UsageError } from '../problems.ts';
import type { OpenProfile, SignedInSession } from '../profile.ts';
import { formatTime, isoTime } from '../time.ts';
import { oneLine } from '../visible.ts';

export const conversations = defineCommand({
  name: 'conversations',
  summary: 'list your conversations, or answer a request',
  words: ['[accept|decline]', '[CONVERSATION|ADDRESS]'],
  options: {},
  details: [
    'A request is the first message of somebody you have not written to. Nothing goes back before you accept it;',
    'sending to it accepts it too. Declining blocks the sender.',
  ],
  run(context, { words: [action, target] }) {
    if (action !== undefined && action !== 'accept' && action !== 'decline') {
      throw new UsageError(`conversations does not know ${action}.`);
    }
    if (action !== undefined && target === undefined) {
      throw new UsageError(`conversations ${action} needs CONVERSATION|ADDRESS.`);
    }
    return withProfile(context, async (profile) => {
      const session = await profile.signedIn(context.terminal);
      await profile.caughtUp();
      if (action === undefined || target === undefined) await list(context, profile);
      else await answer(context, profile, session, { action, target });
    });
  },
});

async function list({ terminal, json }: Context, profile: OpenProfile): Promise<void> {
  const all = await profile.value('conversations', null);
  if (json) terminal.json({ conversations: all.map(summaryJson) });
  else for (const line of columns(all.map(row), terminal.width)) terminal.line(line);
}

function summaryJson({ id, with: other, state, unread, last }: ConversationSummary): object {
  return {
    id,
    address: other.address,
    verification: other.verification,
    state,
    unread,
    last: last === null ? null : { ...last, time: isoTime(last.time) },
  };
}

const VERIFICATION = { verified: 'verified', unverified: '', changed: 'KEYS CHANGED' } as const;

function row({ with: other, state, unread, last }: ConversationSummary): readonly string[] {
  const count = state === 'request' ? 'request' : unread === 0 ? '' : `${unread} new`;
  const text = last === null ? '' : `${last.own ? 'you: ' : ''}${oneLine(last.text)}`;
  const time = last === null ? '' : formatTime(last.time);
  return [other.address, VERIFICATION[other.verification], count, time, text];
}

async function answer(
  { terminal, json }: Context,
  profile: OpenProfile,
  session: SignedInSession,
  { action, target }: { action: 'accept' | 'decline'; target: string },
): Promise<void> {
  const { id, with: other } = await requireConversation(profile, session, target);
  await profile.call(action === 'accept' ? 'acceptRequest' : 'declineRequest', { conversation: id });
  await profile.caughtUp();
  const state = action === 'accept' ? 'active' : 'declined';
  if (json) terminal.json({ id, address: other.address, state });
  else if (action === 'accept') terminal.line(`You can write with ${other.address} now.`);
  else terminal.line(`${other.address} is blocked. You will see nothing more of them.`);
}
