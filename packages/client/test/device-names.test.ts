/** What a person sees of their devices while they look at the list. */
import { signInAgain, signUp, startTestServer } from '@sotto/testkit';
import { expect, it } from 'vitest';
import { LONG } from './parts.ts';

it(
  'a device shows in the open list of another: that it was added, its name, a new name, and that it signed out',
  async () => {
    const server = await startTestServer();
    const alice = await signUp(server.url, 'alice');
    let shown: readonly string[] = [];
    alice.device.watch('devices', null, (devices) => {
      shown = devices.map(({ name, signedOut }) => `${name}${signedOut ? ', signed out' : ''}`);
    });
    const becomes = (list: readonly string[]) => expect.poll(() => shown, { timeout: 20_000 }).toEqual(list);
    await becomes(['First']);
    const second = await signInAgain(server.url, alice);
    await becomes(['First', 'Second']);
    await second.call('renameDevice', { name: 'Kitchen' });
    await becomes(['First', 'Kitchen']);
    await second.call('signOut');
    await becomes(['First', 'Kitchen, signed out']);
    await second.dispose();
    await alice.device.dispose();
    await server.close();
  },
  LONG,
);
