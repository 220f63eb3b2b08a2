/** `sotto invite`: the owner's code that lets one person sign up. */
import { defineCommand } from '../command.ts';
import { withProfile } from '../open-profile.ts';
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
      const { code, expires } = await profile.call('createInvite');
      if (json) terminal.json({ code, expires: isoTime(expires) });
      else {
        terminal.line(code);
        terminal.note(`Lets one person sign up, until ${formatTime(expires)}.`);
      }
    }),
});
