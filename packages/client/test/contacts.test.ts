/** What a person decides of others reaches all devices of the account, and the server cannot change or take it back. */
import { identity } from '@sotto/contract';
import type { HostileServer, TestDevice, TestPerson, TestServer } from '@sotto/testkit';
import {
  conversationWith,
  signInAgain,
  signUp,
  startHostileServer,
  startTestServer,
  texts,
} from '@sotto/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { introduce, LONG, MANY, untilLine } from './parts.ts';

let server: TestServer;
let hostile: HostileServer;
const devices: TestDevice[] = [];
/** Each list that devices behind the hostile server have sealed, newest last. */
const sealed: { number: number; sealed: string }[] = [];

beforeAll(async () => {
  server = await startTestServer(MANY);
  hostile = await startHostileServer(server.url);
  hostile.onRequest(identity.setContacts, (body) => {
    sealed.push(body);
    return body;
  });
}, LONG);
afterAll(async () => {
  for (const device of devices) await device.dispose();
  await hostile.close();
  await server.close();
});

async function person(name: string, url = server.url): Promise<TestPerson> {
  const made = await signUp(url, name);
  devices.push(made.device);
  return made;
}

async function anotherDevice(of: TestPerson, url = server.url): Promise<TestDevice> {
  const device = await signInAgain(url, of);
  devices.push(device);
  return device;
}

/** Waits until the device sees the person with that address so. */
const sees = (device: TestDevice, address: string, some: { blocked?: boolean; verification?: string }) =>
  device.until('people', null, (people) =>
    people.some(
      (one) =>
        one.address === address &&
        Object.entries(some).every(([key, value]) => one[key as keyof typeof one] === value),
    ),
  );

const state = (device: TestDevice, address: string, wanted: string) =>
  device.until('conversations', null, (list) =>
    list.some((one) => one.with.address === address && one.state === wanted),
  );

async function verify(one: TestPerson, other: TestPerson): Promise<void> {
  const { groups } = await other.device.call('safetyNumber', { address: one.address });
  await one.device.call('compareSafetyNumber', { address: other.address, scanned: groups.join(' ') });
}

describe('a new device', () => {
  it(
    'knows whom the person has accepted, blocked and verified, with no other device online',
    async () => {
      const [alice, bob, eve] = [await person('knower'), await person('friend'), await person('pest')];
      await introduce(alice, bob);
      await introduce(eve, alice);
      await verify(alice, bob);
      await alice.device.call('setBlocked', { address: eve.address, blocked: true });
      await alice.device.call('catchUp');
      await alice.device.close();
      const fresh = await anotherDevice(alice);
      await state(fresh, bob.address, 'active');
      await sees(fresh, bob.address, { verification: 'verified', blocked: false });
      await sees(fresh, eve.address, { blocked: true });
      const list = await fresh.until('conversations', null, () => true);
      expect(list.map(({ with: peer }) => peer.address)).toEqual([bob.address]);
      // Whoever is blocked learns nothing of the new device, until that is taken back.
      const { id } = await eve.device.call('startConversation', { address: alice.address });
      const toEve = await eve.device.until('items', { conversation: id, limit: 50 }, () => true);
      expect(toEve.items.map(({ text }) => text).join()).not.toContain('new device');
      await fresh.call('setBlocked', { address: eve.address, blocked: false });
      await state(fresh, eve.address, 'active');
      await eve.device.call('send', { conversation: id, text: 'heard again' });
      const fromEve = await conversationWith(fresh, eve.address);
      expect(await texts(fresh, fromEve, 1)).toEqual(['heard again']);
      await untilLine(eve.device, id, 'added a new device');
    },
    LONG,
  );

  it(
    'is told that nobody is verified by a list that only a removed device could have sealed',
    async () => {
      const [alice, bob] = [await person('careful', hostile.url), await person('checked')];
      await introduce(alice, bob);
      await verify(alice, bob);
      const second = await anotherDevice(alice);
      await sees(second, bob.address, { verification: 'verified' });
      const before = sealed.at(-1);
      if (before === undefined) throw new TypeError('nothing was sealed');
      const [removed] = (await alice.device.until('devices', null, (all) => all.length === 2)).filter(
        ({ current }) => !current,
      );
      await alice.device.call('removeDevice', { id: removed?.id ?? '', password: alice.password });
      await expect.poll(() => sealed.at(-1)?.number, { timeout: 20_000 }).toBeGreaterThan(before.number);
      const stop = hostile.onAnswer(identity.getContacts, () => before);
      const misled = await anotherDevice(alice, hostile.url);
      await state(misled, bob.address, 'active');
      await sees(misled, bob.address, { verification: 'unverified' });
      stop();
      // Control: the list that is sealed under the newest key says so.
      await sees(await anotherDevice(alice), bob.address, { verification: 'verified' });
    },
    LONG,
  );
});

describe('devices of one account', () => {
  it(
    'follow each other’s decisions at once, and a blocked person is heard again when that is taken back',
    async () => {
      const [alice, bob] = [await person('changing'), await person('patient')];
      const { toBob: _, toAlice } = await introduce(bob, alice);
      const second = await anotherDevice(alice);
      await state(second, bob.address, 'active');
      await second.call('setBlocked', { address: bob.address, blocked: true });
      await sees(alice.device, bob.address, { blocked: true });
      await alice.device.until('conversations', null, (list) => list.length === 0);
      await alice.device.call('setBlocked', { address: bob.address, blocked: false });
      await state(second, bob.address, 'active');
      const { id } = await bob.device.call('startConversation', { address: alice.address });
      await bob.device.call('send', { conversation: id, text: 'there again' });
      expect(toAlice).toBe(await conversationWith(second, bob.address));
      await second.until('items', { conversation: toAlice, limit: 50 }, ({ items }) =>
        items.some(({ text }) => text === 'there again'),
      );
      expect(await texts(alice.device, toAlice, 3)).toContain('there again');
    },
    LONG,
  );

  it(
    'lose no decision to a server that hands out an old list, and put it right',
    async () => {
      const [alice, bob] = [await person('steady', hostile.url), await person('nuisance')];
      await introduce(bob, alice);
      const second = await anotherDevice(alice, hostile.url);
      await state(second, bob.address, 'active');
      const old = sealed.at(-1);
      if (old === undefined) throw new TypeError('nothing was sealed');
      await alice.device.call('setBlocked', { address: bob.address, blocked: true });
      await sees(second, bob.address, { blocked: true });
      let given = 0;
      const stops = [
        hostile.onAnswer(identity.getContacts, (answer) => {
          given += 1;
          return given === 1 ? old : answer;
        }),
        hostile.onServerFrame((frame, pass) =>
          pass(frame.type === 'ready' ? { ...frame, contacts: old.number } : frame),
        ),
      ];
      hostile.cut();
      await expect.poll(() => given, { timeout: 20_000 }).toBeGreaterThan(1);
      for (const stop of stops) stop();
      await sees(second, bob.address, { blocked: true });
      await sees(alice.device, bob.address, { blocked: true });
    },
    LONG,
  );
});
