/** A group whose beginning the server took when nobody waited for it any more, and one that it knows no more. */
import { join } from 'node:path';
import { openSqliteStore } from '@sotto/client/node';
import { conversations } from '@sotto/contract';
import {
  conversationWith,
  openTestDevice,
  signUp,
  startHostileServer,
  startTestServer,
  type TestDevice,
  type TestServer,
  texts,
} from '@sotto/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { introduce, LONG, lines, MANY, untilLine } from './parts.ts';

let server: TestServer;
const devices: TestDevice[] = [];

beforeAll(async () => {
  server = await startTestServer(MANY);
}, LONG);
afterAll(async () => {
  for (const device of devices) await device.dispose();
  await server.close();
});

/** The first request to begin a group fails here, and reaches the server when `release` is called. */
function lateFetch() {
  const begun: string[] = [];
  let late: (() => Promise<Response>) | undefined;
  const fetch: typeof globalThis.fetch = (input, init) => {
    const begins = String(input).endsWith(conversations.createGroup.path) && init?.method === 'POST';
    if (!begins) return globalThis.fetch(input, init);
    begun.push((JSON.parse(String(init.body)) as { groupId: string }).groupId);
    if (late !== undefined) return globalThis.fetch(input, init);
    const { signal: _, ...rest } = init ?? {};
    late = () => globalThis.fetch(input, rest);
    return Promise.reject(new TypeError('network lost'));
  };
  return { fetch, begun, release: async () => (await late?.())?.status };
}

it(
  'a beginning that lands late is a group that its maker reads: nothing is said where nobody hears it',
  async () => {
    // The lower id is the one that is written in; in the end it must have been that of the late one.
    for (let round = 1; ; round++) {
      const late = lateFetch();
      const bob = await signUp(server.url, `bob${round}`);
      const alice = await signUp(server.url, `alice${round}`, { platform: { fetch: late.fetch } });
      devices.push(alice.device, bob.device);
      const begin = () => alice.device.call('startConversation', { address: bob.address });
      await expect(begin()).rejects.toMatchObject({ code: 'offline' });
      const { id } = await begin();
      expect(await late.release()).toBe(200);
      await alice.device.call('send', { conversation: id, text: 'hello' });
      const toAlice = await conversationWith(bob.device, alice.address);
      await texts(bob.device, toAlice, 1);
      await bob.device.call('acceptRequest', { conversation: toAlice });
      await bob.device.call('send', { conversation: toAlice, text: 'my answer' });
      await untilLine(alice.device, id, 'my answer');
      if ([...late.begun].sort()[0] === late.begun[0]) return;
      expect(round).toBeLessThan(12);
    }
  },
  4 * LONG,
);

it(
  'a conversation whose group the server knows no more begins anew, with all that was shown',
  async () => {
    const hostile = await startHostileServer(server.url);
    const [alice, bob] = [await signUp(hostile.url, 'alice'), await signUp(server.url, 'bob')];
    devices.push(alice.device, bob.device);
    const { toBob, toAlice } = await introduce(alice, bob);
    let refused = 0;
    hostile.onClientFrame((frame, pass) => {
      if (frame.type !== 'submit' || refused > 0) return pass(frame);
      refused += 1;
      hostile.links.at(-1)?.toClient({ type: 'refused', counter: frame.counter, code: 'unknown_group' });
    });
    await alice.device.call('send', { conversation: toBob, text: 'lost' });
    await untilLine(alice.device, toBob, 'begins it anew');
    await alice.device.call('send', { conversation: toBob, text: 'here again' });
    await untilLine(bob.device, toAlice, 'here again');
    await bob.device.call('send', { conversation: toAlice, text: 'and here' });
    await untilLine(alice.device, toBob, 'and here');
    expect(await lines(alice.device, toBob)).toEqual(
      expect.arrayContaining(['message: hello', 'message: good day', 'message: here again']),
    );
    await alice.device.close();
    const { home } = alice.device;
    expect(await keptOfGroups(home)).toEqual([2, 2, 2]);
    // Once nobody can have written in the one that is over any more, no key of it is kept.
    const platform = { now: () => Date.now() + 31 * 86_400_000 };
    const later = await openTestDevice(hostile.url, { home, platform });
    await later.close();
    expect(await keptOfGroups(home)).toEqual([2, 1, 1]);
    await hostile.close();
  },
  LONG,
);

/** How many groups a profile has of each kind of record. */
async function keptOfGroups(home: string): Promise<readonly number[]> {
  const store = openSqliteStore(join(home, 'profile.db'));
  const found = await Promise.all(
    ['group/', 'group-fixed/', 'group-moving/'].map((prefix) => store.range({ prefix })),
  );
  await store.close();
  return found.map((entries) => new Set(entries.map(([key]) => key.split('/')[1])).size);
}
