/** `sotto send`: one message, on its way before the command ends. */
import type { Item, MessageStatus, Problem } from '@sotto/client/api';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { withProfile } from '../open-profile.ts';
import { findConversation, fullAddress } from '../people.ts';
import { Failure } from '../problems.ts';
import type { OpenProfile, SignedInSession } from '../profile.ts';

/** The message is looked for among the newest lines. */
const WINDOW = 100;

export const send = defineCommand({
  name: 'send',
  summary: 'send a message',
  words: ['CONVERSATION|ADDRESS', '[TEXT]'],
  options: { 'no-wait': { type: 'boolean', help: 'do not wait until the server has it' } },
  details: [
    'Where there is no TEXT, standard input is read to its end. Begins a conversation where there is none.',
    'Without a connection the message is kept here and goes out, once, with the next command that has one. That',
    'is a failure (1), except with --no-wait.',
  ],
  run: (context, { values, words: [target = '', text] }) =>
    withProfile(context, async (profile) => {
      const session = await profile.signedIn(context.terminal);
      const content = text ?? (await context.terminal.inputRest());
      const conversation = await conversationWith(profile, session, target);
      const address = await addressOf(profile, conversation);
      const { id } = await profile.call('send', { conversation, text: content });
      const outcome = values['no-wait'] === true ? QUEUED : await statusInTime(profile, { conversation, id });
      report(context, { id, conversation, address, ...outcome });
      if (values['no-wait'] === true) return;
      failUnlessSent(profile, outcome);
      // An answer to a request accepts it: that what it answers was read is told to the other before this ends. If it
      // cannot be, the message was sent all the same, and the next command tells it.
      await profile.caughtUp().catch(() => undefined);
    }),
});

async function conversationWith(
  profile: OpenProfile,
  session: SignedInSession,
  target: string,
): Promise<string> {
  const known = await findConversation(profile, session, target);
  if (known !== undefined) return known.id;
  // The other person may have begun it already.
  await profile.online();
  await profile.caughtUp();
  const come = await findConversation(profile, session, target);
  if (come !== undefined) return come.id;
  const { id } = await profile.call('startConversation', { address: fullAddress(target, session) });
  return id;
}

/** The other person's. Throws what keeps anything from being sent, such as changed keys. */
async function addressOf(profile: OpenProfile, id: string): Promise<string> {
  const conversation = await profile.value('conversation', { id });
  if (conversation === null) throw new Failure('unknown_conversation', 'There is no such conversation here.');
  const { blocked } = conversation;
  if (blocked !== null) throw new Failure(blocked.code, blocked.message);
  return conversation.with.address;
}

interface Outcome {
  readonly status: MessageStatus;
  readonly problem: Problem | null;
}

const QUEUED: Outcome = { status: 'queued', problem: null };

/** What has become of the message: as soon as it is not queued any more, or there is no connection. */
async function statusInTime(
  profile: OpenProfile,
  { conversation, id }: { conversation: string; id: string },
): Promise<Outcome> {
  const find = (items: readonly Item[]): Outcome => {
    const item = items.find((one) => one.id === id);
    return item?.kind === 'message' ? { status: item.status, problem: item.problem } : QUEUED;
  };
  const waiting = new AbortController();
  const settled = profile.until(
    'items',
    { conversation, limit: WINDOW },
    ({ items }) => find(items).status !== 'queued',
    waiting.signal,
  );
  const ended = profile.until(
    'session',
    null,
    (session) => session.state !== 'signed-in' || session.connection === 'offline',
    waiting.signal,
  );
  const outcome = await Promise.race([
    settled.then(({ items }) => find(items)).catch(() => QUEUED),
    ended.catch(() => null),
  ]);
  waiting.abort();
  if (outcome === null || !('state' in outcome)) return outcome ?? QUEUED;
  if (outcome.state === 'stopped') throw new Failure(outcome.problem.code, outcome.problem.message);
  return QUEUED;
}

function report(
  { terminal, json }: Context,
  message: Outcome & { id: string; conversation: string; address: string },
): void {
  if (json) terminal.json(message);
  else if (message.status !== 'failed') terminal.line(`${message.status}: ${message.address}`);
}

function failUnlessSent(profile: OpenProfile, { status, problem }: Outcome): void {
  if (status === 'failed') {
    throw new Failure(problem?.code ?? 'message_refused', problem?.message ?? 'The message was not sent.');
  }
  if (status !== 'queued') return;
  throw new Failure(
    'queued',
    `The server at ${profile.server} cannot be reached. The message is kept here and goes out when it can.`,
  );
}
