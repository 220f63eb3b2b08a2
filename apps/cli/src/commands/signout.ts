/** `sotto signout`: takes this computer out of use for the account, with all that it keeps. */
import { defineCommand } from '../command.ts';
import { forgetServer, withProfile } from '../open-profile.ts';
import { Cancelled, UsageError } from '../problems.ts';

export const signout = defineCommand({
  name: 'signout',
  summary: 'sign out on this computer and delete what it keeps',
  words: [],
  options: { yes: { type: 'boolean', help: 'do not ask' } },
  run: (context, { values }) =>
    withProfile(context, async (profile) => {
      const { terminal, json } = context;
      const { address } = await profile.signedIn(terminal);
      if (values.yes !== true) {
        if (!terminal.interactive)
          throw new UsageError('signout deletes messages: say --yes where nobody can be asked.');
        terminal.note(`Everything that Sotto keeps here for ${address} is deleted, its messages too.`);
        if (!/^y(es)?$/i.test((await terminal.ask('Sign out? [y/N] ')).trim())) throw new Cancelled();
      }
      await profile.call('signOut');
      forgetServer(context);
      if (json) terminal.json({ address });
      else terminal.line(`${address} is signed out on this computer.`);
    }),
});
