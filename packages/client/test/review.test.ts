/** What a server, strangers and a stolen device can try against who belongs to an account and to a conversation. */
import { conversations, ENTRY_KIND } from '@sotto/contract';
import type { DeviceId } from '@sotto/protocol';
import { conversationWith, LOST, signInAgain, signUp, texts } from '@sotto/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { entriesRule, isOnline, LONG, lines, openScene, outcome, type Scene, untilLine } from './parts.ts';
import { listBrokenGroup, removedDeviceSpeaks } from './review-parts.ts';

let scene: Scene;
const opened: { dispose(): Promise<void> }[] = [];

/** Has a device, or what else is opened, closed at the end. */
function kept<T extends { dispose(): Promise<void> }>(device: T): T {
  opened.push(device);
  return device;
}

beforeEach(async () => {
  scene = await openScene();
}, LONG);
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.dispose();
  await scene.close();
});

const stateOf = async (device: Scene['bob']['device'], id: string) =>
  (await device.until('conversation', { id }, () => true))?.state;

it(
  '[M19] a group that nobody can enter keeps a new device out of no other',
  async () => {
    const { server, alice, bob } = scene;
    const { url } = kept(await listBrokenGroup(server.url));
    const second = kept(await signInAgain(url, bob));
    const id = await conversationWith(second, alice.address);
    await scene.alice.device.call('send', { conversation: scene.toBob, text: 'to all of bob' });
    expect(await texts(second, id, 1)).toContain('to all of bob');
    const session = await isOnline(second);
    expect(session.state === 'signed-in' && session.problem).toBeNull();
  },
  LONG,
);

it(
  '[M1] a welcome that the server names as one of an own device is still the request of the one who signed it',
  async () => {
    const { server, hostile, bob } = scene;
    const session = await isOnline(bob.device);
    const own = session.state === 'signed-in' ? (session.deviceId as DeviceId) : undefined;
    hostile.onServerFrame(
      entriesRule((entry) => [
        entry.kind === ENTRY_KIND.welcome && own !== undefined ? { ...entry, sender: own } : entry,
      ]),
    );
    const mallory = await signUp(server.url, 'mallory');
    kept(mallory.device);
    const { id } = await mallory.device.call('startConversation', { address: bob.address });
    await mallory.device.call('send', { conversation: id, text: 'first words of a stranger' });
    const fromMallory = await conversationWith(bob.device, mallory.address);
    await texts(bob.device, fromMallory, 1);
    expect(await stateOf(bob.device, fromMallory)).toBe('request');
  },
  LONG,
);

it(
  '[K12] a device that was removed speaks for its account no more, though the server brings its words',
  async () => {
    const { thief } = await removedDeviceSpeaks(scene, 'wire the money');
    kept(thief);
    await untilLine(scene.bob.device, scene.toAlice, 'it came from a device that was removed');
    expect((await lines(scene.bob.device, scene.toAlice)).join()).not.toContain('wire the money');
  },
  LONG,
);

it(
  'a conversation of whose beginning the answer was lost is the one that both talk in',
  async () => {
    const { server, hostile, bob } = scene;
    const carol = await signUp(server.url, 'carol');
    kept(carol.device);
    const stop = hostile.onAnswer(conversations.createGroup, () => LOST);
    expect(await outcome(bob.device.call('startConversation', { address: carol.address }))).toBe('offline');
    stop();
    const { id } = await bob.device.call('startConversation', { address: carol.address });
    await bob.device.call('send', { conversation: id, text: 'hello' });
    const toBob = await conversationWith(carol.device, bob.address);
    await texts(carol.device, toBob, 1);
    await carol.device.call('send', { conversation: toBob, text: 'my answer' });
    await texts(bob.device, id, 2);
    expect(await lines(bob.device, id)).toEqual(['message: hello', 'message: my answer']);
  },
  LONG,
);

describe('a new device', () => {
  it(
    'accepts nobody whom the person has blocked, and sends them no receipt',
    async () => {
      const { server, alice, bob, toBob } = scene;
      const carol = await signUp(server.url, 'carol');
      kept(carol.device);
      const { id: toBobFromCarol } = await carol.device.call('startConversation', { address: bob.address });
      await carol.device.call('send', { conversation: toBobFromCarol, text: 'spam' });
      const fromCarol = await conversationWith(bob.device, carol.address);
      await texts(bob.device, fromCarol, 1);
      await bob.device.call('declineRequest', { conversation: fromCarol });
      const second = kept(await signInAgain(server.url, bob));
      await second.until('people', null, (people) =>
        people.some(({ address, blocked }) => address === carol.address && blocked),
      );
      await carol.device.call('send', { conversation: toBobFromCarol, text: 'are you there' });
      const friend = await conversationWith(second, alice.address);
      await second.until('conversation', { id: friend }, (value) => value?.state === 'active');
      await alice.device.call('send', { conversation: toBob, text: 'later' });
      await texts(second, friend, 1);
      // All that the second device owes has gone out, and the server has brought it to carol.
      await second.call('catchUp');
      await carol.device.call('catchUp');
      const shown = await second.until('conversations', null, () => true);
      expect(shown.map(({ with: peer }) => peer.address)).not.toContain(carol.address);
      const { items } = await carol.device.until(
        'items',
        { conversation: toBobFromCarol, limit: 9 },
        () => true,
      );
      expect(items.flatMap((item) => (item.kind === 'message' ? [item.status] : []))).toEqual([
        'sent',
        'sent',
      ]);
    },
    LONG,
  );
});
