/** Controls of stream-attacks.test.ts: the same attacks succeed where the check that they aim at is weakened. */
import type { Entry } from '@sotto/contract';
import { systemRandom, toBase64Url } from '@sotto/crypto';
import type { DeviceId } from '@sotto/protocol';
import { texts } from '@sotto/testkit';
import { afterEach, expect, it, vi } from 'vitest';
import { entriesRule, LONG, lines, openScene, type Scene, untilLine } from './parts.ts';

const STRANGER = toBase64Url(new Uint8Array(16).fill(9)) as DeviceId;
const CRYPTO = '@sotto/crypto';
const RATCHET = '../../mls/src/secrets/ratchet.ts';
const AUTHENTICATE = '../src/conversations/authenticate.ts';

let scene: Scene | undefined;

afterEach(async () => {
  for (const module of [CRYPTO, RATCHET, AUTHENTICATE]) vi.doUnmock(module);
  await scene?.close();
  scene = undefined;
});

/** The scene, with bob's device made of what is imported now. */
async function weakScene(): Promise<Scene> {
  vi.resetModules();
  scene = await openScene(await import('@sotto/testkit'));
  return scene;
}

const isFromAlice = (entry: Entry) => entry.kind === 0 && entry.bytes !== null;

it(
  '[M6] control: unless the sender is compared, a message under another name is shown',
  async () => {
    vi.doMock(AUTHENTICATE, async (original) => ({ ...(await original<object>()), isSender: () => true }));
    const { hostile, alice, bob, toBob, toAlice } = await weakScene();
    hostile.onServerFrame(
      entriesRule((entry) => [isFromAlice(entry) ? { ...entry, sender: STRANGER } : entry]),
    );
    await alice.device.call('send', { conversation: toBob, text: 'rewritten' });
    expect(await texts(bob.device, toAlice, 3)).toContain('rewritten');
  },
  LONG,
);

it(
  '[M14] control: with keys that stay and ids that are not compared, a replayed yes is shown twice',
  async () => {
    vi.doMock(RATCHET, async (original) => {
      const real = await original<typeof import('../../mls/src/secrets/ratchet.ts')>();
      return { ...real, takeGeneration: keeping(real.takeGeneration) };
    });
    const { hostile, alice, bob, toBob, toAlice } = await weakScene();
    const { TimelineChange } = await import('../src/conversations/timeline.ts');
    vi.spyOn(TimelineChange.prototype, 'positionOf').mockResolvedValue(undefined);
    hostile.onClientFrame((frame, pass) => {
      if (frame.type === 'hello') pass(frame);
    });
    hostile.onServerFrame(
      entriesRule((entry) =>
        isFromAlice(entry) ? [entry, { ...entry, number: entry.number + 1 }] : [entry],
      ),
    );
    await alice.device.call('send', { conversation: toBob, text: 'yes' });
    expect((await texts(bob.device, toAlice, 4)).slice(2)).toEqual(['yes', 'yes']);
  },
  LONG,
);

type TakeGeneration = typeof import('../../mls/src/secrets/ratchet.ts').takeGeneration;

/** A ratchet that forgets no key. */
function keeping(real: TakeGeneration): TakeGeneration {
  const kept = new Map<number, ReturnType<TakeGeneration>['taken']>();
  return (suite, ratchet, generation, retention) => {
    const taken = kept.get(generation);
    if (generation < ratchet.generation && taken !== undefined) return { ratchet, taken };
    const found = real(suite, ratchet, generation, retention);
    kept.set(generation, found.taken);
    return found;
  };
}

it(
  '[M19] control: where a bad entry is tried again instead of set aside, the stream stands still',
  async () => {
    vi.doMock(CRYPTO, async (original) => {
      const real = await original<typeof import('@sotto/crypto')>();
      const hasCode = (error: unknown, code: string) => code === 'server_error' || real.hasCode(error, code);
      return { ...real, hasCode };
    });
    const { hostile, alice, bob, toBob, toAlice } = await weakScene();
    hostile.onServerFrame(
      entriesRule((entry) => [isFromAlice(entry) ? { ...entry, bytes: systemRandom(300) } : entry]),
    );
    await alice.device.call('send', { conversation: toBob, text: 'poison' });
    await bob.device.until('session', null, (value) => value.state === 'signed-in' && value.problem !== null);
    hostile.behave();
    await alice.device.call('send', { conversation: toBob, text: 'good' });
    await untilLine(alice.device, toBob, 'good');
    await bob.device.until('session', null, (value) => value.state === 'signed-in' && value.problem !== null);
    expect(await lines(bob.device, toAlice)).toHaveLength(2);
  },
  LONG,
);
