/** `sotto new`: begins a conversation, or finds the one that is there. */
import { defineCommand } from '../command.ts';
import { withProfile } from '../open-profile.ts';
import { fullAddress } from '../people.ts';

export const newConversation = defineCommand({
  name: 'new',
  summary: 'begin a conversation',
  words: ['ADDRESS'],
  options: {},
  run: (context, { words: [target = ''] }) =>
    withProfile(context, async (profile) => {
      const { terminal, json } = context;
      const session = await profile.signedIn(terminal);
      const address = fullAddress(target, session);
      await profile.online();
      await profile.caughtUp();
      const { id } = await profile.call('startConversation', { address });
      await profile.caughtUp();
      if (json) terminal.json({ id, address });
      else terminal.line(`You can write with ${address}: ${context.command} send ${address} TEXT`);
    }),
});
