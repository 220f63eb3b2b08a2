/**
 * A server that gives a person's address to somebody else. It does what its owner can do: it renames the account in
 * its own database and lets another one sign up under the name.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { TestPerson, TestServer } from '@sotto/testkit';
import { type HostileServer, signUp, startHostileServer, startTestServer } from '@sotto/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { introduce, LONG, MANY, untilLine } from './parts.ts';

let server: TestServer;
let hostile: HostileServer;
let alice: TestPerson;
const others: TestPerson[] = [];

beforeAll(async () => {
  server = await startTestServer(MANY);
  hostile = await startHostileServer(server.url);
  alice = await signUp(hostile.url, 'alice');
}, LONG);
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  for (const { device } of [alice, ...others]) await device.dispose();
  await hostile.close();
  await server.close();
});

async function friend(name: string): Promise<{ id: string }> {
  const person = await signUp(server.url, name);
  others.push(person);
  const { toBob } = await introduce(alice, person);
  return { id: toBob };
}

/** Another account under that name writes to alice. */
async function impostorWrites(name: string): Promise<void> {
  const file = readdirSync(server.data).find((entry) => entry.endsWith('.db')) ?? '';
  const database = new DatabaseSync(join(server.data, file), { timeout: 5_000 });
  database.prepare('update accounts set name = ? where name = ?').run(`${name}-before`, name);
  database.close();
  const impostor = await signUp(server.url, name);
  others.push(impostor);
  const { id } = await impostor.device.call('startConversation', { address: alice.address });
  await impostor.device.call('send', { conversation: id, text: 'it is me' });
}

const submissions = () => hostile.traffic.clientFrames.filter(({ type }) => type === 'submit').length;

const send = (conversation: string, text: string) => alice.device.call('send', { conversation, text });

async function verify(address: string): Promise<void> {
  const { code } = await alice.device.call('safetyNumber', { address });
  expect(await alice.device.call('compareSafetyNumber', { address, scanned: code })).toEqual({ equal: true });
}

describe('[S2] an address that the server gives to another account', () => {
  it(
    'blocks sending where the person was verified, until alice decides',
    async () => {
      const { id } = await friend('bob');
      await verify('bob@localhost');
      await impostorWrites('bob');
      const blocked = await alice.device.until('conversation', { id }, (value) => value?.blocked !== null);
      expect(blocked?.blocked?.code).toBe('keys_changed');
      expect(blocked?.with.verification).toBe('changed');
      await untilLine(alice.device, id, 'bob has new keys');
      const before = submissions();
      await send(id, 'secret');
      await alice.device.until('items', { conversation: id, limit: 9 }, ({ items }) =>
        items.some((item) => item.kind === 'message' && item.problem?.code === 'keys_changed'),
      );
      expect(submissions()).toBe(before);
      const { groups } = await alice.device.call('safetyNumber', { address: 'bob@localhost' });
      expect(groups).toHaveLength(12);
      await alice.device.call('acceptChangedKeys', { address: 'bob@localhost' });
      const open = await alice.device.until('conversation', { id }, (value) => value?.blocked === null);
      expect(open?.with.verification).toBe('unverified');
    },
    LONG,
  );

  it(
    'is a note where the person was not',
    async () => {
      const { id } = await friend('carol');
      await impostorWrites('carol');
      await untilLine(alice.device, id, 'carol has new keys');
      const value = await alice.device.until('conversation', { id }, () => true);
      expect(value?.blocked).toBeNull();
    },
    LONG,
  );

  it(
    'goes unnoticed in sending where the change is not looked at (control)',
    async () => {
      const { id } = await friend('dave');
      await verify('dave@localhost');
      const { Directory } = await import('../src/directory/directory.ts');
      vi.spyOn(Directory.prototype, 'hasChanged').mockReturnValue(false);
      await impostorWrites('dave');
      await untilLine(alice.device, id, 'dave has new keys');
      await send(id, 'secret');
      await alice.device.until('items', { conversation: id, limit: 9 }, ({ items }) =>
        items.some((item) => item.kind === 'message' && item.text === 'secret' && item.status !== 'queued'),
      );
      expect(submissions()).toBeGreaterThan(0);
    },
    LONG,
  );

  it(
    'and takes back shows the verified person again',
    async () => {
      const { id } = await friend('erin');
      await verify('erin@localhost');
      await impostorWrites('erin');
      await alice.device.until('conversation', { id }, (value) => value?.blocked !== null);
      const file = readdirSync(server.data).find((entry) => entry.endsWith('.db')) ?? '';
      const database = new DatabaseSync(join(server.data, file), { timeout: 5_000 });
      database.prepare('update accounts set name = ? where name = ?').run('erin-false', 'erin');
      database.prepare('update accounts set name = ? where name = ?').run('erin', 'erin-before');
      database.close();
      await alice.device.call('acceptChangedKeys', { address: 'erin@localhost' });
      const value = await alice.device.until('conversation', { id }, (one) => one?.blocked === null);
      expect(value?.with.verification).toBe('unverified');
      const number = await alice.device.call('safetyNumber', { address: 'erin@localhost' });
      const erin = others.find(({ name }) => name === 'erin');
      const theirs = await erin?.device.call('safetyNumber', { address: alice.address });
      expect(number.groups).toEqual(theirs?.groups);
      const people = await alice.device.until('people', null, () => true);
      expect(people.filter(({ address }) => address === 'erin@localhost')).toHaveLength(1);
    },
    LONG,
  );
});
