/** `sotto signup`: a new account, and this computer as its first device. */
import { hostname } from 'node:os';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { askNewPassword } from '../new-password.ts';
import { keepServer, withProfile } from '../open-profile.ts';
import { nameAt } from '../people.ts';
import type { OpenProfile } from '../profile.ts';
import { askWordsBack, printWords } from '../recovery-code.ts';
import { readSecret } from '../secrets.ts';

export const signup = defineCommand({
  name: 'signup',
  summary: 'make an account, with this computer as its first device',
  words: ['ADDRESS'],
  options: {
    'password-file': { type: 'string', value: 'FILE', help: 'read the password from the first line of FILE' },
    'invite-file': { type: 'string', value: 'FILE', help: 'read the invite from the first line of FILE' },
    'device-name': { type: 'string', value: 'NAME', help: 'what this computer is called in your account' },
  },
  details: [
    'The password, and then the invite where the server needs one, are asked for; where standard input is no',
    'terminal, each is a line of it. Prints the recovery code: 24 words, shown only this once.',
  ],
  run: (context, { values, words: [address = ''] }) =>
    withProfile(context, async (profile) => {
      const { terminal } = context;
      const name = await nameAt(profile, address);
      const password = await askNewPassword(terminal, profile, { name, file: values['password-file'] });
      const account: Account = { name, password, deviceName: values['device-name'] ?? hostname() };
      const { words, ask } = await start(context, profile, account, values['invite-file']);
      const all = words.split(' ');
      if (terminal.interactive) await askWordsBack(terminal, profile, all, ask);
      else await profile.call('signUpFinish', { answers: ask.map((position) => all[position - 1] ?? '') });
      keepServer(context, profile.server);
      await report(context, profile, words);
    }),
});

interface Account {
  readonly name: string;
  readonly password: string;
  readonly deviceName: string;
}

/** Asks for an invite only where the server wants one. */
async function start(
  { terminal }: Context,
  profile: OpenProfile,
  account: Account,
  inviteFile: string | undefined,
): Promise<{ words: string; ask: readonly number[] }> {
  const { registration, first } = await profile.serverInfo();
  if (inviteFile === undefined && (registration !== 'invite' || first)) {
    return profile.call('signUpStart', account);
  }
  const invite = await readSecret(terminal, {
    what: 'invite',
    file: inviteFile,
    question: 'Invite: ',
    shown: true,
  });
  return profile.call('signUpStart', { ...account, invite: invite.trim() });
}

async function report({ terminal, json }: Context, profile: OpenProfile, words: string): Promise<void> {
  await profile.caughtUp();
  const { address, accountId, deviceId, owner } = await profile.connected();
  if (json) {
    terminal.json({ address, accountId, deviceId, server: profile.server, owner, recoveryCode: words });
    return;
  }
  if (!terminal.interactive) printWords(terminal, words.split(' '));
  terminal.line(`${address} is ready on this computer.`);
}
