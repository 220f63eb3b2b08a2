/** A hostile member who numbers a message far ahead, so that readers work for it or lose their place. */
import { texts } from '@sotto/testkit';
import { afterEach, expect, it, vi } from 'vitest';
import { isOnline, LONG, lines, openScene, type Scene, settled, untilLine } from './parts.ts';

/** Beyond the 1,024 generations that a reader goes ahead (docs/spec/conversations.md). */
const AHEAD = 3_000;
const weakness = vi.hoisted(() => ({ armed: false, window: undefined as number | undefined }));

type Ratchets = typeof import('../../mls/src/secrets/ratchet.ts');

/** The program of both: armed, it encrypts one message many generations ahead, and then goes on as before. */
vi.mock('../../mls/src/secrets/ratchet.ts', async (original) => {
  const real = await original<Ratchets>();
  const takeNext: Ratchets['takeNext'] = (suite, ratchet) => {
    if (!weakness.armed) return real.takeNext(suite, ratchet);
    weakness.armed = false;
    let step = real.takeNext(suite, ratchet);
    for (let i = 0; i < AHEAD; i++) step = real.takeNext(suite, step.ratchet);
    return { taken: step.taken, ratchet };
  };
  const takeGeneration: Ratchets['takeGeneration'] = (suite, ratchet, generation, retention) => {
    const { forwardGenerations } = retention;
    return real.takeGeneration(suite, ratchet, generation, {
      ...retention,
      forwardGenerations: weakness.window ?? forwardGenerations,
    });
  };
  return { ...real, takeNext, takeGeneration };
});

let scene: Scene;

afterEach(async () => {
  weakness.window = undefined;
  await scene.close();
});

async function sendAhead(): Promise<readonly string[]> {
  const { alice, bob, toBob, toAlice } = scene;
  const before = await lines(bob.device, toAlice);
  weakness.armed = true;
  await alice.device.call('send', { conversation: toBob, text: 'from far ahead' });
  await alice.device.until('items', { conversation: toBob, limit: 9 }, ({ items }) =>
    items.some(
      (item) => item.kind === 'message' && item.text === 'from far ahead' && item.status !== 'queued',
    ),
  );
  expect(weakness.armed).toBe(false);
  await bob.device.until(
    'items',
    { conversation: toAlice, limit: 50 },
    ({ items }) => items.length > before.length,
  );
  return (await lines(bob.device, toAlice)).slice(before.length);
}

it(
  '[M19] a message far ahead of its sender is one line that cannot be read, and all else goes on',
  async () => {
    scene = await openScene();
    const { alice, bob, toBob, toAlice } = scene;
    expect(await sendAhead()).toEqual(['unreadable: A message could not be read on this device.']);
    await alice.device.call('send', { conversation: toBob, text: 'as if nothing were' });
    await untilLine(bob.device, toAlice, 'as if nothing were');
    await bob.device.call('send', { conversation: toAlice, text: 'indeed' });
    expect(await texts(alice.device, toBob, 5)).toContain('indeed');
    await settled(bob.device, toAlice);
    const session = await isOnline(bob.device);
    expect(session.state === 'signed-in' && session.problem).toBeNull();
  },
  LONG,
);

it(
  '[M19] control: a reader without a window does the work of all generations that it is told to pass over',
  async () => {
    weakness.window = Number.POSITIVE_INFINITY;
    scene = await openScene();
    expect((await sendAhead()).at(-1)).toBe('message: from far ahead');
  },
  LONG,
);
