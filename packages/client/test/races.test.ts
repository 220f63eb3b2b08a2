/** What changes while an answer is under way, and answers that are lost: nothing that was decided or done is forgotten. */
import { conversations, directory as routes } from '@sotto/contract';
import { LOST, Reply, signInAgain, texts } from '@sotto/testkit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { isOnline, LONG, openScene, type Scene, settled, untilLine } from './parts.ts';

const CRYPTO = '@sotto/crypto';
const PIN = '../src/directory/pin.ts';

let scene: Scene;
const opened: { dispose(): Promise<void> }[] = [];

afterEach(async () => {
  for (const module of [CRYPTO, PIN]) vi.doUnmock(module);
  scene.hostile.behave();
  for (const one of opened.splice(0).reverse()) await one.dispose();
  await scene.close();
});

/** The scene, with bob's device made of what is imported now. */
async function weakScene(): Promise<Scene> {
  vi.resetModules();
  return openScene(await import('@sotto/testkit'));
}

describe('a person whose keys are verified while the server is asked for newer states', () => {
  /** Alice's new state is on its way to bob when he verifies her. Returns what he then sees of her. */
  async function verifyMeanwhile(): Promise<string | undefined> {
    const { server, hostile, alice, bob } = scene;
    const [asked, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    hostile.onAnswer(routes.getStates, async (answer) => {
      asked.resolve();
      await released.promise;
      return answer;
    });
    opened.push(await signInAgain(server.url, alice));
    await asked.promise;
    const { groups } = await alice.device.call('safetyNumber', { address: bob.address });
    await bob.device.call('setVerified', { address: alice.address, verified: true });
    expect(groups.length).toBeGreaterThan(0);
    released.resolve();
    // The new device speaks to bob only once he knows of it.
    await untilLine(bob.device, scene.toAlice, 'new device');
    const people = await bob.device.until('people', null, () => true);
    return people.find(({ address }) => address === alice.address)?.verification;
  }

  it(
    'stays verified',
    async () => {
      scene = await openScene();
      expect(await verifyMeanwhile()).toBe('verified');
    },
    LONG,
  );

  it(
    'is not any more where the pin is written as it was read (control)',
    async () => {
      vi.doMock(PIN, async (original) => {
        const real = await original<typeof import('../src/directory/pin.ts')>();
        const extendPin: typeof real.extendPin = (pin, states) =>
          real.extendPin(pin && { ...pin, verified: false }, states);
        return { ...real, extendPin };
      });
      scene = await weakScene();
      expect(await verifyMeanwhile()).not.toBe('verified');
    },
    LONG,
  );
});

describe('a commit of which the answer is lost', () => {
  const lost = [
    ['by a connection that breaks', LOST],
    ['by a 502 of what stands before the server', new Reply(502, 'Bad gateway')],
  ] as const;

  /** Bob's next message takes alice's second device out of the group first; of that, bob gets no answer. */
  async function removeWithoutAnswer(answer: (typeof lost)[number][1]): Promise<() => number> {
    const { server, hostile, alice, bob, toBob, toAlice } = scene;
    const second = await signInAgain(server.url, alice);
    opened.push(second);
    await untilLine(bob.device, toAlice, 'new device');
    await settled(bob.device, toAlice);
    await settled(alice.device, toBob);
    const session = await isOnline(second);
    const id = session.state === 'signed-in' ? session.deviceId : '';
    let taken = 0;
    hostile.onAnswer(conversations.commit, (real) => {
      taken += 1;
      return taken === 1 ? answer : real;
    });
    await alice.device.call('removeDevice', { id, password: alice.password });
    await bob.device.call('send', { conversation: toAlice, text: 'across the loss' });
    return () => taken;
  }

  it.each(lost)(
    '%s stands: the conversation goes on in one line',
    async (_, answer) => {
      scene = await openScene();
      const { alice, bob, toBob, toAlice } = scene;
      const taken = await removeWithoutAnswer(answer);
      expect(await texts(alice.device, toBob, 3)).toContain('across the loss');
      await alice.device.call('send', { conversation: toBob, text: 'and back' });
      expect(await texts(bob.device, toAlice, 4)).toContain('and back');
      await settled(alice.device, toBob);
      await settled(bob.device, toAlice);
      expect(taken()).toBeGreaterThan(0);
      for (const [device, conversation] of [
        [alice.device, toBob],
        [bob.device, toAlice],
      ] as const) {
        const { items } = await device.until('items', { conversation, limit: 50 }, () => true);
        expect(items.filter((item) => item.kind === 'unreadable')).toEqual([]);
        expect(items.filter(({ text }) => text === 'across the loss')).toHaveLength(1);
        const session = await isOnline(device);
        expect(session.state === 'signed-in' && session.problem).toBeNull();
      }
    },
    LONG,
  );

  it(
    'is lost to a device that takes no answer for a refusal (control)',
    async () => {
      vi.doMock(CRYPTO, async (original) => {
        const real = await original<typeof import('@sotto/crypto')>();
        const hasCode = (error: unknown, code: string) =>
          real.hasCode(error, code) || (code === 'forbidden' && real.hasCode(error, 'server_error'));
        return { ...real, hasCode };
      });
      scene = await weakScene();
      await removeWithoutAnswer(lost[1][1]);
      const stopped = await scene.bob.device.until('session', null, ({ state }) => state === 'stopped');
      expect(stopped).toMatchObject({ problem: { code: 'profile_rolled_back' } });
    },
    LONG,
  );
});
