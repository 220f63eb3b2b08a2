/** Two people with two devices each: how they meet, what each learns of the other, and what a device may do. */

import type { HostileServer, TestDevice, TestPerson, TestServer } from '@sotto/testkit';
import {
  conversationWith,
  openTestDevice,
  signInAgain,
  signUp,
  startHostileServer,
  startTestServer,
  texts,
} from '@sotto/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { introduce, isOnline, LONG, lines, MANY, outcome, settled, untilLine } from './parts.ts';

let server: TestServer;
let hostile: HostileServer;
const people: TestPerson[] = [];
const devices: TestDevice[] = [];

beforeAll(async () => {
  server = await startTestServer(MANY);
  hostile = await startHostileServer(server.url);
}, LONG);
afterAll(async () => {
  for (const { device } of people) await device.dispose();
  for (const device of devices) await device.dispose();
  await hostile.close();
  await server.close();
});

async function person(name: string, url = server.url): Promise<TestPerson> {
  const made = await signUp(url, name);
  people.push(made);
  return made;
}

async function secondDevice(of: TestPerson): Promise<TestDevice> {
  const device = await signInAgain(server.url, of);
  devices.push(device);
  return device;
}

const statusOf = (device: TestDevice, conversation: string, text: string, status: string) =>
  device.until('items', { conversation, limit: 100 }, ({ items }) =>
    items.some((item) => item.kind === 'message' && item.text === text && item.status === status),
  );

const submissions = () => hostile.traffic.clientFrames.filter(({ type }) => type === 'submit').length;

describe('a stranger’s request', () => {
  it(
    'is answered with nothing before it is accepted, and then with receipts',
    async () => {
      const [alice, bob] = [await person('stranger'), await person('asked', hostile.url)];
      const { id } = await alice.device.call('startConversation', { address: bob.address });
      for (const text of ['one', 'two']) await alice.device.call('send', { conversation: id, text });
      const toAlice = await conversationWith(bob.device, alice.address);
      await texts(bob.device, toAlice, 2);
      await bob.device.call('markRead', { conversation: toAlice, position: 2 });
      // A round trip of the whole way, so that a receipt would have had its turn.
      hostile.cut();
      await alice.device.call('send', { conversation: id, text: 'three' });
      await texts(bob.device, toAlice, 3);
      expect(submissions()).toBe(0);
      await statusOf(alice.device, id, 'three', 'sent');
      await bob.device.call('acceptRequest', { conversation: toAlice });
      await statusOf(alice.device, id, 'two', 'read');
      await statusOf(alice.device, id, 'three', 'delivered');
      await bob.device.call('markRead', { conversation: toAlice, position: 3 });
      await statusOf(alice.device, id, 'three', 'read');
    },
    LONG,
  );

  /** Bob, whom alice has asked, with a second computer that knows of it. */
  async function askedOnTwo(names: readonly [string, string]) {
    const [alice, bob] = [await person(names[0]), await person(names[1])];
    const { id: toBob } = await alice.device.call('startConversation', { address: bob.address });
    await alice.device.call('send', { conversation: toBob, text: 'one' });
    const toAlice = await conversationWith(bob.device, alice.address);
    await texts(bob.device, toAlice, 1);
    const second = await secondDevice(bob);
    expect(await conversationWith(second, alice.address)).toBe(toAlice);
    // A round trip of the whole way, so that a change to the conversation would have shown.
    await alice.device.call('send', { conversation: toBob, text: 'two' });
    await texts(bob.device, toAlice, 2);
    await second.call('catchUp');
    const heard = (await lines(alice.device, toBob)).filter((line) => !line.startsWith('message'));
    expect(heard).toEqual([]);
    return { alice, bob, second, toBob, toAlice };
  }

  it(
    '[M15] tells the stranger of no new device, until it is accepted on another one',
    async () => {
      const { alice, bob, second, toBob, toAlice } = await askedOnTwo(['caller', 'called']);
      const [request] = await second.until('conversations', null, () => true);
      expect(request?.state).toBe('request');
      expect((await lines(second, toAlice)).join()).not.toContain('one');
      await bob.device.call('acceptRequest', { conversation: toAlice });
      await untilLine(alice.device, toBob, 'called added a new device');
      await alice.device.call('send', { conversation: toBob, text: 'three' });
      for (const device of [bob.device, second]) await untilLine(device, toAlice, 'three');
      await second.call('send', { conversation: toAlice, text: 'from the second' });
      await untilLine(alice.device, toBob, 'from the second');
    },
    LONG,
  );

  it(
    '[M15] is accepted by writing on a new device too, in the conversation that is there',
    async () => {
      const { alice, bob, second, toBob, toAlice } = await askedOnTwo(['writing', 'written']);
      const { id } = await second.call('startConversation', { address: alice.address });
      expect(id).toBe(toAlice);
      await second.call('send', { conversation: id, text: 'here I am' });
      await untilLine(alice.device, toBob, 'here I am');
      await untilLine(bob.device, toAlice, 'here I am');
      await alice.device.call('send', { conversation: toBob, text: 'there you are' });
      for (const device of [bob.device, second]) await untilLine(device, toAlice, 'there you are');
      await settled(alice.device, toBob);
    },
    LONG,
  );

  it(
    'that is declined is neither shown nor answered any more',
    async () => {
      hostile.forget();
      const [alice, bob] = [await person('unwanted'), await person('choosy', hostile.url)];
      const { id } = await alice.device.call('startConversation', { address: bob.address });
      await alice.device.call('send', { conversation: id, text: 'buy this' });
      const toAlice = await conversationWith(bob.device, alice.address);
      await texts(bob.device, toAlice, 1);
      await bob.device.call('declineRequest', { conversation: toAlice });
      await alice.device.call('send', { conversation: id, text: 'buy that' });
      await statusOf(alice.device, id, 'buy that', 'sent');
      await alice.device.call('startConversation', { address: bob.address });
      const other = await person('friend');
      await introduce(other, bob);
      const list = await bob.device.until('conversations', null, (value) => value.length > 0);
      expect(list.map(({ with: peer }) => peer.address)).toEqual([other.address]);
      expect(await lines(bob.device, toAlice)).toEqual(['message: buy this']);
      await statusOf(alice.device, id, 'buy that', 'sent');
    },
    LONG,
  );
});

describe('what is looked at of a conversation', () => {
  it(
    'keeps its first line however many come, and else shows only the newest',
    async () => {
      const [alice, bob] = [await person('writer'), await person('reader')];
      const { toBob } = await introduce(alice, bob);
      const pages = { held: [] as string[][], sliding: [] as string[][] };
      const watch = (page: keyof typeof pages) =>
        alice.device.watch('items', { conversation: toBob, limit: 2, hold: page === 'held' }, ({ items }) =>
          pages[page].push(items.map(({ text }) => text)),
        );
      const stops = [watch('held'), watch('sliding')];
      await expect.poll(() => [pages.held.at(-1)?.length, pages.sliding.at(-1)?.length]).toEqual([2, 2]);
      const first = pages.held[0]?.[0];
      for (const text of ['one', 'two', 'three'])
        await alice.device.call('send', { conversation: toBob, text });
      await expect.poll(() => pages.sliding.at(-1)).toEqual(['two', 'three']);
      await expect.poll(() => pages.held.at(-1)).toHaveLength(5);
      expect(pages.held.at(-1)?.[0]).toBe(first);
      for (const stop of stops) stop();
    },
    LONG,
  );
});

describe('two people', () => {
  it(
    'who both begin at once have one conversation, in which both are heard',
    async () => {
      const [alice, bob] = [await person('early'), await person('prompt')];
      const ids = await Promise.all([
        alice.device.call('startConversation', { address: bob.address }),
        bob.device.call('startConversation', { address: alice.address }),
      ]);
      const [toBob, toAlice] = ids.map(({ id }) => id);
      if (toBob === undefined || toAlice === undefined) throw new TypeError('no conversation');
      for (const text of ['a1', 'a2']) await alice.device.call('send', { conversation: toBob, text });
      for (const text of ['b1', 'b2']) await bob.device.call('send', { conversation: toAlice, text });
      for (const [device, conversation] of [
        [alice.device, toBob],
        [bob.device, toAlice],
      ] as const) {
        const all = await texts(device, conversation, 4);
        expect(all.filter((text) => text.startsWith('a'))).toEqual(['a1', 'a2']);
        expect(all.filter((text) => text.startsWith('b'))).toEqual(['b1', 'b2']);
        const list = await device.until('conversations', null, () => true);
        expect(list).toHaveLength(1);
        expect(list[0]?.state).toBe('active');
      }
      await settled(alice.device, toBob);
      await settled(bob.device, toAlice);
      await alice.device.call('send', { conversation: toBob, text: 'a3' });
      await bob.device.call('send', { conversation: toAlice, text: 'b3' });
      expect(await texts(bob.device, toAlice, 6)).toContain('a3');
      expect(await texts(alice.device, toBob, 6)).toContain('b3');
    },
    LONG,
  );

  it(
    'with two devices each hear and speak on all four, until one is taken away',
    async () => {
      const [alice, bob] = [await person('ada'), await person('bert')];
      const { toBob, toAlice } = await introduce(alice, bob);
      const [alices, bobs] = [await secondDevice(alice), await secondDevice(bob)];
      expect(await conversationWith(alices, bob.address)).toBe(toBob);
      expect(await conversationWith(bobs, alice.address)).toBe(toAlice);
      await untilLine(bob.device, toAlice, 'ada added a new device');
      await untilLine(alice.device, toBob, 'bert added a new device');
      await alices.call('send', { conversation: toBob, text: 'from the second' });
      for (const [device, conversation] of [
        [alice.device, toBob],
        [bob.device, toAlice],
        [bobs, toAlice],
      ] as const) {
        await untilLine(device, conversation, 'from the second');
      }
      await settled(alices, toBob);
      await bobs.call('send', { conversation: toAlice, text: 'second to second' });
      for (const device of [alice.device, alices]) await untilLine(device, toBob, 'second to second');
      await untilLine(bob.device, toAlice, 'second to second');

      const listed = await bob.device.until('devices', null, (value) => value.length === 2);
      const gone = listed.find(({ current }) => !current)?.id ?? '';
      await bob.device.call('removeDevice', { id: gone, password: bob.password });
      const stopped = await bobs.until('session', null, ({ state }) => state === 'stopped');
      expect(stopped).toMatchObject({ problem: { code: expect.stringMatching(/^device_/) } });
      await alice.device.call('send', { conversation: toBob, text: 'without the second' });
      await untilLine(bob.device, toAlice, 'without the second');
      await untilLine(alices, toBob, 'without the second');
      // By the time that it was sent, the removed device was out of the group.
      const heard = await lines(bob.device, toAlice);
      const removal = heard.findIndex(
        (line) => line.includes('One of your devices was removed') || line.includes('removed a device'),
      );
      expect(removal).toBeGreaterThan(0);
      expect(removal).toBeLessThan(heard.indexOf('message: without the second'));
      expect((await lines(bobs, toAlice)).join()).not.toContain('without the second');
      // What it has received stays with the person.
      expect(await bobs.call('exportAll')).toContain('second to second');
      await settled(alice.device, toBob);
    },
    LONG,
  );
});

describe('an account', () => {
  it(
    'gets another password, and the old one is refused',
    async () => {
      const alice = await person('changing');
      const input = { password: alice.password, newPassword: 'seven quiet otters paddle north' };
      await alice.device.call('changePassword', input);
      const device = await openTestDevice(server.url);
      devices.push(device);
      const signIn = (password: string) =>
        outcome(device.call('signIn', { address: alice.address, password, deviceName: 'New' }));
      expect(await signIn(alice.password)).toBe('sign_in_refused');
      expect(await signIn(input.newPassword)).toBe('done');
      await isOnline(device);
      expect(await outcome(alice.device.call('changePassword', input))).toBe('sign_in_refused');
    },
    LONG,
  );

  it(
    'is recovered by its words with another password, talks on, and refuses the old one',
    async () => {
      const [alice, bob] = [await person('forgetful'), await person('patient')];
      const { toBob, toAlice } = await introduce(alice, bob);
      const device = await openTestDevice(server.url);
      devices.push(device);
      const recover = (words: string) =>
        outcome(
          device.call('recover', {
            address: alice.address,
            words,
            newPassword: 'nine lamps over the harbour wall',
            deviceName: '',
          }),
        );
      expect(await recover(alice.words.split(' ').reverse().join(' '))).toBe('recovery_words_invalid');
      expect(await recover(bob.words)).toBe('recovery_refused');
      expect(await recover(alice.words)).toBe('done');
      await isOnline(device);
      expect(await conversationWith(device, bob.address)).toBe(toBob);
      await device.call('send', { conversation: toBob, text: 'back again' });
      await untilLine(bob.device, toAlice, 'back again');
      await settled(device, toBob);
      const other = await openTestDevice(server.url);
      devices.push(other);
      const signIn = (password: string) =>
        outcome(other.call('signIn', { address: alice.address, password, deviceName: 'New' }));
      expect(await signIn(alice.password)).toBe('sign_in_refused');
      expect(await signIn('nine lamps over the harbour wall')).toBe('done');
    },
    LONG,
  );

  it(
    'is forgotten by a device that signs out, and stands in the list until it is removed',
    async () => {
      const alice = await person('leaving');
      const second = await secondDevice(alice);
      await second.call('signOut');
      await second.until('session', null, ({ state }) => state === 'signed-out');
      expect(await second.until('conversations', null, () => true)).toEqual([]);
      expect(await outcome(second.call('exportAll'))).toBe('not_signed_in');
      const listed = await alice.device.until('devices', null, (value) => value.length === 2);
      expect(listed.filter(({ signedOut }) => signedOut)).toHaveLength(1);
      const again = await outcome(
        second.call('signIn', { address: alice.address, password: alice.password, deviceName: 'Again' }),
      );
      expect(again).toBe('done');
      await isOnline(second);
    },
    LONG,
  );

  it(
    'verifies another by the number that both see, and by no other',
    async () => {
      const [alice, bob] = [await person('careful'), await person('trusted')];
      const { toBob } = await introduce(alice, bob);
      const seen = await bob.device.call('safetyNumber', { address: alice.address });
      const compare = (scanned: string) =>
        alice.device.call('compareSafetyNumber', { address: bob.address, scanned });
      expect(await compare(seen.code.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10)))).toEqual({
        equal: false,
      });
      expect(await compare(seen.groups.join(' '))).toEqual({ equal: true });
      const value = await alice.device.until(
        'conversation',
        { id: toBob },
        (one) => one?.with.verification === 'verified',
      );
      expect(value?.blocked).toBeNull();
      const exported = await alice.device.call('exportAll');
      const rows = exported
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { text?: string; type?: string });
      expect(rows[0]?.type).toBe('sotto export');
      expect(rows.map(({ text }) => text)).toEqual(expect.arrayContaining(['hello', 'good day']));
    },
    LONG,
  );
});
