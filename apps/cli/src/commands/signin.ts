/** `sotto signin`: this computer as a further device of an account. */
import { hostname } from 'node:os';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { askNewPassword } from '../new-password.ts';
import { keepServer, withProfile } from '../open-profile.ts';
import { nameAt } from '../people.ts';
import type { OpenProfile } from '../profile.ts';
import { readSecret } from '../secrets.ts';

export const signin = defineCommand({
  name: 'signin',
  summary: 'add this computer to your account',
  words: ['ADDRESS'],
  options: {
    recovery: { type: 'boolean', help: 'use the recovery code, and set a new password' },
    'password-file': { type: 'string', value: 'FILE', help: 'read the password from the first line of FILE' },
    'device-name': { type: 'string', value: 'NAME', help: 'what this computer is called in your account' },
  },
  details: [
    'The password is asked for; where standard input is no terminal, it is a line of it. With --recovery the 24',
    'words are asked for first, and the password is the new one.',
  ],
  run: (context, { values, words: [address = ''] }) =>
    withProfile(context, async (profile) => {
      const name = await nameAt(profile, address);
      const deviceName = values['device-name'] ?? hostname();
      const file = values['password-file'];
      if (values.recovery === true) await recover(context, profile, { address, name, deviceName, file });
      else {
        const password = await readSecret(context.terminal, {
          what: 'password',
          file,
          question: 'Password: ',
        });
        await profile.call('signIn', { address, password, deviceName });
      }
      keepServer(context, profile.server);
      await report(context, profile);
    }),
});

interface Recovery {
  readonly address: string;
  /** The part of the address before the @. */
  readonly name: string;
  readonly deviceName: string;
  readonly file: string | undefined;
}

async function recover(
  { terminal }: Context,
  profile: OpenProfile,
  { address, name, deviceName, file }: Recovery,
): Promise<void> {
  const question = 'The 24 words of your recovery code: ';
  const words = await readSecret(terminal, { what: 'recovery code', question, shown: true });
  const newPassword = await askNewPassword(terminal, profile, { name, file, kind: 'New password' });
  await profile.call('recover', { address, words, newPassword, deviceName });
}

async function report({ terminal, json }: Context, profile: OpenProfile): Promise<void> {
  await profile.caughtUp();
  const { address, accountId, deviceId, confirmed } = await profile.connected();
  if (json) terminal.json({ address, accountId, deviceId, server: profile.server, confirmed });
  else terminal.line(`This computer is now a device of ${address}.`);
}
