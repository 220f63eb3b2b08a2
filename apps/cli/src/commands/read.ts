/** `sotto read`: the lines of a conversation, or what is new in all of them; and what comes from now on. */
import type { ConversationSummary } from '@sotto/client/api';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { ConversationReader, type ReaderOptions } from '../conversation-reader.ts';
import { aborted, endingSignal } from '../ending.ts';
import { jsonLines, textLines } from '../lines.ts';
import { withProfile } from '../open-profile.ts';
import { requireConversation } from '../people.ts';
import { Failure } from '../problems.ts';
import type { OpenProfile } from '../profile.ts';
import { parseWhen } from '../time.ts';

export const read = defineCommand({
  name: 'read',
  summary: 'read messages',
  words: ['[CONVERSATION|ADDRESS]'],
  options: {
    follow: { type: 'boolean', help: 'go on with what comes, until Ctrl-C' },
    since: { type: 'string', value: 'WHEN', help: 'only lines since 2026-11-24, 2026-11-24T10:30, 2h, 3d …' },
    'no-mark': { type: 'boolean', help: 'leave what is shown as unread' },
  },
  details: [
    'Without a conversation: what is new in all, from the first unread message on. What is shown counts as read.',
  ],
  run(context, { values, words: [target] }) {
    const since = values.since === undefined ? undefined : parseWhen(values.since, Date.now());
    return withProfile(context, async (profile) => {
      const session = await profile.signedIn(context.terminal);
      if (values.follow !== true) await profile.caughtUp();
      const only = target === undefined ? undefined : await requireConversation(profile, session, target);
      const options: ReaderOptions = {
        writer: context.json ? jsonLines(context.terminal) : textLines(context.terminal, only === undefined),
        since,
        unreadOnly: only === undefined && since === undefined,
        mark: values['no-mark'] !== true,
      };
      const readers = new Readers(profile, options);
      const found = only === undefined ? await profile.value('conversations', null) : [only];
      for (const conversation of found) await readers.begin(context, conversation);
      if (readers.written === 0 && values.follow !== true && !context.json)
        context.terminal.note(options.unreadOnly ? 'There is nothing new.' : 'There is nothing to show.');
      if (values.follow === true) await follow(context, profile, readers, only === undefined);
      await readers.end();
      // What was read is told to the others before this ends.
      await profile.caughtUp();
    });
  },
});

/** One reader for each conversation. */
class Readers {
  /** How many lines were there and were written. */
  written = 0;
  readonly all = new Map<string, ConversationReader>();
  readonly #profile: OpenProfile;
  readonly #options: ReaderOptions;

  constructor(profile: OpenProfile, options: ReaderOptions) {
    this.#profile = profile;
    this.#options = options;
  }

  /** Writes what is there. */
  async begin(context: Context, conversation: ConversationSummary): Promise<ConversationReader> {
    const reader = new ConversationReader(this.#profile, conversation, this.#options);
    this.all.set(conversation.id, reader);
    const written = await reader.begin();
    this.written += written;
    if (written > 0 && conversation.state === 'request' && !context.json) sayRequest(context, conversation);
    return reader;
  }

  /** The same for a conversation that has just begun, and all that comes in it. */
  beginToFollow(context: Context, conversation: ConversationSummary): void {
    // Where the device fails meanwhile, its session says so.
    this.begin(context, conversation).then(
      (reader) => reader.follow(),
      () => undefined,
    );
  }

  async end(): Promise<void> {
    for (const reader of this.all.values()) await reader.end();
  }
}

function sayRequest({ terminal, command }: Context, { with: { address } }: ConversationSummary): void {
  terminal.note(
    `${address} writes to you for the first time, and learns nothing before you accept or answer:`,
  );
  for (const choice of ['accept', 'decline'])
    terminal.note(`  ${command} conversations ${choice} ${address}`);
}

/** Until the person ends it. Throws when the profile cannot be used any more. */
async function follow(
  context: Context,
  profile: OpenProfile,
  readers: Readers,
  allConversations: boolean,
): Promise<void> {
  const ending = endingSignal(context.terminal);
  for (const reader of readers.all.values()) reader.follow();
  const stops: (() => void)[] = [];
  const stopped = new Promise<never>((_resolve, reject) => {
    stops.push(
      profile.watch('session', null, (session) => {
        if (session.state === 'stopped') reject(new Failure(session.problem.code, session.problem.message));
        if (session.state === 'signed-out')
          reject(new Failure('not_signed_in', 'Nobody is signed in here any more.'));
      }),
    );
  });
  if (allConversations) {
    stops.push(
      profile.watch('conversations', null, (all) => {
        for (const one of all) {
          if (!readers.all.has(one.id)) readers.beginToFollow(context, one);
        }
      }),
    );
  }
  try {
    await Promise.race([aborted(ending), stopped]);
  } finally {
    for (const stop of stops) stop();
  }
}
