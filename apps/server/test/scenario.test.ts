/** The first thin line: accounts, sessions, a group, and messages over the WebSocket of a real server. */
import { decodeWelcomeEntry, ENTRY_KIND } from '@sotto/contract';
import { systemRandom } from '@sotto/crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newGroup } from './groups.ts';
import { addDevice, join, recover, signIn, TestSocket } from './peer.ts';
import { cleanUp, start, type TestServer } from './running.ts';

let server: TestServer;
beforeAll(async () => {
  server = await start();
});
afterAll(async () => {
  await server.close();
  cleanUp();
});

it('two people sign up, sign in, meet in a group and hear each other', async () => {
  const alice = await join(server.url, 'alice');
  const bob = await join(server.url, 'bob');
  expect(await signIn(server.url, 'alice', alice.person.password)).toHaveLength(43);
  expect(await recover(bob.person)).toHaveLength(43);
  const group = await newGroup(alice, [bob]);
  const [hers, his] = [
    await TestSocket.connect(server.url, alice.token),
    await TestSocket.connect(server.url, bob.token),
  ];
  const welcome = await his.entry(bob.device.id, 1);
  expect(welcome.kind).toBe(ENTRY_KIND.welcome);
  expect(welcome.bytes && decodeWelcomeEntry(welcome.bytes)).toMatchObject({ group, after: 0 });
  const text = systemRandom(1_024);
  hers.submit(1, group, text);
  expect(await his.entry(group, 1)).toMatchObject({ sender: alice.device.id, counter: 1, bytes: text });
  expect(await hers.entry(group, 1)).toMatchObject({ number: 1, bytes: null });
  await Promise.all([hers.close(), his.close()]);
});

it('a second device of an account opens a session of its own', async () => {
  const { person } = await join(server.url, 'carol');
  const { token } = await addDevice(person);
  const socket = await TestSocket.connect(server.url, token);
  expect(socket.frames[0]).toMatchObject({ type: 'ready', counter: 0, accounts: [[person.accountId, 1]] });
  await socket.close();
});
