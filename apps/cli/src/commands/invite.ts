/** `sotto invite`: the owner's code that lets one person sign up. */
import { problemOf } from '@sotto/client/rpc';
import { defineCommand } from '../command.ts';
import { withProfile } from '../open-profile.ts';
import { Failure } from '../problems.ts';
import type { OpenProfile } from '../profile.ts';
import { formatTime, isoTime } from '../time.ts';

export const invite = defineCommand({
  name: 'invite',
  summary: 'make an invite to the server, as its owner',
  words: [],
  options: {},
  run: (context) =>
    withProfile(context, async (profile) => {
      const { terminal, json } = context;
      await profile.signedIn(terminal);
      await profile.online();
      const { code, expires } = await create(profile);
      if (json) terminal.json({ code, expires: isoTime(expires) });
      else {
        terminal.line(code);
        terminal.note(`Lets one person sign up, until ${formatTime(expires)}.`);
      }
    }),
});

/** Throws `forbidden` for everybody but the owner. */
async function create(profile: OpenProfile): Promise<{ code: string; expires: number }> {
  try {
    return await profile.call('createInvite');
  } catch (error) {
    if (problemOf(error).code !== 'forbidden') throw error;
    throw new Failure('forbidden', 'Only the owner of the server makes invites. Ask them for one.');
  }
}
