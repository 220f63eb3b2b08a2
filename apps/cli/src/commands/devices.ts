/** `sotto devices`: the account's devices, and taking one out. */
import type { DeviceInfo } from '@sotto/client/api';
import { columns } from '../columns.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { withProfile } from '../open-profile.ts';
import { Failure, UsageError } from '../problems.ts';
import type { OpenProfile } from '../profile.ts';
import { readSecret } from '../secrets.ts';
import { formatTime, isoTime } from '../time.ts';
import { oneLine } from '../visible.ts';

export const devices = defineCommand({
  name: 'devices',
  summary: 'list the devices of your account, or remove one',
  words: ['[remove]', '[ID]'],
  options: {
    'password-file': {
      type: 'string',
      value: 'FILE',
      help: 'for remove: the password, on the first line of FILE',
    },
  },
  details: ['Removing a device needs your password. To take out this computer, use sotto signout.'],
  run(context, { values, words: [action, id] }) {
    if (action !== undefined && action !== 'remove') throw new UsageError(`devices does not know ${action}.`);
    if (action !== undefined && id === undefined) throw new UsageError('devices remove needs an ID.');
    return withProfile(context, async (profile) => {
      await profile.signedIn(context.terminal);
      await profile.online();
      await profile.caughtUp();
      if (id === undefined) await list(context, profile);
      else await remove(context, profile, id, values['password-file']);
    });
  },
});

async function list({ terminal, json }: Context, profile: OpenProfile): Promise<void> {
  const all = await profile.value('devices', null);
  if (json) {
    terminal.json({
      devices: all.map(({ id, name, current, added, signedOut }) => ({
        id,
        name,
        current,
        added: added === null ? null : isoTime(added),
        signedOut,
      })),
    });
    return;
  }
  for (const line of columns(all.map(row), terminal.width)) terminal.line(line);
}

function row({ id, name, added, current, signedOut }: DeviceInfo): readonly string[] {
  const remark = current ? 'this computer' : signedOut ? 'signed out' : '';
  return [id, oneLine(name), added === null ? '' : formatTime(added), remark];
}

async function remove(
  { terminal, json }: Context,
  profile: OpenProfile,
  id: string,
  file: string | undefined,
): Promise<void> {
  const found = (await profile.value('devices', null)).find((device) => device.id === id);
  if (found === undefined) throw new Failure('unknown_device', 'Your account has no device with this id.');
  const password = await readSecret(terminal, { what: 'password', file, question: 'Password: ' });
  await profile.call('removeDevice', { id, password });
  await profile.caughtUp();
  if (json) terminal.json({ removed: id });
  else terminal.line(`${oneLine(found.name)} is no device of your account any more.`);
}
