/** `sotto whoami`: who is signed in here, and how it stands. */
import { defineCommand } from '../command.ts';
import { withProfile } from '../open-profile.ts';
import { warning } from '../terminal.ts';

export const whoami = defineCommand({
  name: 'whoami',
  summary: 'say who is signed in here',
  words: [],
  options: {},
  run: (context) =>
    withProfile(context, async (profile) => {
      const { terminal, json } = context;
      await profile.signedIn(terminal);
      await profile.caughtUp();
      const { address, accountId, deviceId, connection, confirmed, owner, problem } =
        await profile.connected();
      const { server } = profile;
      if (json) {
        terminal.json({ address, accountId, deviceId, server, connection, confirmed, owner, problem });
        return;
      }
      terminal.line(`${address}${owner ? ', owner of the server' : ''}`);
      terminal.line(`  device  ${deviceId}`);
      terminal.line(
        `  server  ${server}, ${connection === 'online' ? 'connected' : 'cannot be reached now'}`,
      );
      if (!confirmed) terminal.line('  not confirmed yet by another device of yours or a contact');
      if (problem !== null) terminal.line(warning(`  ${problem.message}`));
    }),
});
