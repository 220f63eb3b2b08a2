/** Messages so far ahead that this device makes no keys for them: it begins a new epoch, in which all start afresh. */
import { conversations } from '@sotto/contract';
import { systemRandom } from '@sotto/crypto';
import { afterEach, expect, it, vi } from 'vitest';
import { entriesRule, LONG, lines, openScene, type Scene, untilLine } from './parts.ts';

const RATCHET = '../../mls/src/secrets/ratchet.ts';
type Ratchet = typeof import('../../mls/src/secrets/ratchet.ts');

let scene: Scene | undefined;

afterEach(async () => {
  vi.doUnmock(RATCHET);
  await scene?.close();
});

it(
  'a device that has missed too many messages reads again soon, and stays in the group',
  async () => {
    // 1,024 messages take long to send: bob's engine goes three ahead.
    vi.doMock(RATCHET, async (original) => {
      const real = await original<Ratchet>();
      const takeGeneration: Ratchet['takeGeneration'] = (suite, ratchet, generation, retention) =>
        real.takeGeneration(suite, ratchet, generation, { ...retention, forwardGenerations: 3 });
      return { ...real, takeGeneration };
    });
    vi.resetModules();
    scene = await openScene(await import('@sotto/testkit'));
    const { hostile, alice, bob, toBob, toAlice } = scene;
    hostile.onServerFrame(
      entriesRule((entry) => [entry.bytes === null ? entry : { ...entry, bytes: systemRandom(300) }]),
    );
    for (let i = 0; i < 5; i++) await alice.device.call('send', { conversation: toBob, text: `lost ${i}` });
    await untilLine(bob.device, toAlice, 'Several messages could not be read');
    await bob.device.call('catchUp');
    hostile.behave();
    // Six in a row could not be read: the sixth makes bob begin an epoch.
    await alice.device.call('send', { conversation: toBob, text: 'too far ahead' });
    await alice.device.call('catchUp');
    const commits = () =>
      hostile.traffic.exchanges.filter(({ path }) => path.endsWith(conversations.commit.path)).length;
    await expect.poll(commits, { timeout: 20_000 }).toBe(1);
    await bob.device.call('catchUp');
    await alice.device.call('catchUp');
    await alice.device.call('send', { conversation: toBob, text: 'near again' });
    await untilLine(bob.device, toAlice, 'near again');
    expect((await lines(alice.device, toBob)).every((line) => line.startsWith('message: '))).toBe(true);
  },
  LONG,
);
