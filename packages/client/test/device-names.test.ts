/** What a person sees of their devices while they look at the list. */
import { signInAgain, signUp, startTestServer } from '@sotto/testkit';
import { expect, it } from 'vitest';
import { LONG } from './parts.ts';

it(
  'a device that is added shows in the open list of another, and by its name',
  async () => {
    const server = await startTestServer();
    const alice = await signUp(server.url, 'alice');
    let shown: readonly string[] = [];
    alice.device.watch('devices', null, (devices) => {
      shown = devices.map(({ name }) => name);
    });
    await expect.poll(() => shown.length).toBe(1);
    const second = await signInAgain(server.url, alice);
    await second.call('renameDevice', { name: 'Kitchen' });
    await expect.poll(() => shown, { timeout: 20_000 }).toContain('Kitchen');
    await second.dispose();
    await alice.device.dispose();
    await server.close();
  },
  LONG,
);
