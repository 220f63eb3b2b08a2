/** A device that was away knows when it has taken in everything, and has said so to the others. */
import type { Queries } from '@sotto/client';
import {
  conversationWith,
  openTestDevice,
  signUp,
  startTestServer,
  type TestDevice,
  type TestPerson,
  type TestServer,
} from '@sotto/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LONG } from './parts.ts';

let server: TestServer;
let alice: TestPerson;
let bob: TestPerson;

beforeAll(async () => {
  server = await startTestServer();
  [alice, bob] = await Promise.all([signUp(server.url, 'alice'), signUp(server.url, 'bob')]);
}, LONG);

afterAll(async () => {
  await Promise.all([alice.device.dispose(), bob.device.dispose()]);
  await server.close();
}, LONG);

/** What a query gives now, whatever that is. */
function now<Q extends keyof Queries>(device: TestDevice, query: Q, input: Queries[Q]['input']) {
  return device.until(query, input, () => true);
}

it(
  'has the first message of somebody and all that followed, and tells that they were read',
  async () => {
    const { home } = bob.device;
    await bob.device.close();
    const { id } = await alice.device.call('startConversation', { address: bob.address });
    const sent = Array.from({ length: 40 }, (_, i) => `message ${i}`);
    for (const text of sent) await alice.device.call('send', { conversation: id, text });
    await alice.device.call('catchUp');
    await alice.device.until('items', { conversation: id, limit: 100 }, ({ items }) =>
      items.every((item) => item.kind !== 'message' || item.status === 'sent'),
    );

    const away = await openTestDevice(server.url, { home });
    await away.call('catchUp');
    const conversation = await conversationWith(away, alice.address);
    const { items } = await now(away, 'items', { conversation, limit: 100 });
    expect(items.map(({ text }) => text)).toEqual(sent);

    await away.call('acceptRequest', { conversation });
    await away.call('markRead', { conversation, position: items.at(-1)?.position ?? 0 });
    await away.call('catchUp');
    await away.close();
    await alice.device.until('items', { conversation: id, limit: 100 }, (value) =>
      value.items.every((item) => item.kind !== 'message' || item.status === 'read'),
    );
    bob = { ...bob, device: await openTestDevice(server.url, { home }) };
  },
  LONG,
);

it(
  'is refused at once where there is no connection',
  async () => {
    const { home } = bob.device;
    await bob.device.close();
    const offline = await openTestDevice(server.url, {
      home,
      platform: { fetch: () => Promise.reject(new TypeError('offline')) },
    });
    await expect(offline.call('catchUp')).rejects.toMatchObject({ code: 'offline' });
    bob = { ...bob, device: offline };
  },
  LONG,
);
