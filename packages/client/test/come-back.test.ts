/**
 * A device that has lost the state of a group comes back into it by itself; and a hostile server can bring this about
 * neither at will nor to lead the device elsewhere.
 */
import { join } from 'node:path';
import { openSqliteStore } from '@sotto/client/node';
import { conversations, ENTRY_KIND } from '@sotto/contract';
import { type Bytes, signingKeyFromSeed, systemRandom, toBase64Url, utf8 } from '@sotto/crypto';
import { type AccountId, type GroupId, idBytes } from '@sotto/protocol';
import { directAccounts, encodeDirectContext } from '@sotto/protocol/conversations';
import { createMlsEngine } from '@sotto/protocol/mls-engine';
import {
  conversationWith,
  openTestDevice,
  signInAgain,
  signUp,
  type TestDevice,
  texts,
} from '@sotto/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { entriesRule, isOnline, LONG, lines, openScene, type Scene, settled, untilLine } from './parts.ts';

const RETURNED = 'note: This device had lost its place in this conversation';
const BEGINS_ANEW =
  'note: This device has lost its place in this conversation. The next message begins it anew.';

let scene: Scene;
let bob: TestDevice;
/** Devices besides those of the scene. */
const others: TestDevice[] = [];

beforeEach(async () => {
  scene = await openScene();
  bob = scene.bob.device;
}, LONG);
afterEach(async () => {
  for (const device of others.splice(0)) await device.dispose();
  await bob.close();
  await scene.close();
});

/** What bob's profile holds of groups is done away with, or made into something else. */
async function lose(prefixes: readonly string[], instead?: Bytes): Promise<GroupId> {
  await bob.close();
  const store = openSqliteStore(join(bob.home, 'profile.db'));
  let id = '';
  for (const prefix of prefixes) {
    for (const [key] of await store.range({ prefix })) {
      id = key.split('/')[1] ?? '';
      if (instead === undefined) await store.delete(key);
      else await store.put(key, instead);
    }
  }
  await store.close();
  return id as GroupId;
}

async function reopen(now: () => number = Date.now): Promise<void> {
  bob = await openTestDevice(scene.hostile.url, { home: bob.home, platform: { now } });
}

const STATE = ['group-fixed/', 'group-moving/'];

/** How often bob has tried to come in from outside. */
const returns = () =>
  scene.hostile.traffic.exchanges.filter(({ path }) => path.endsWith(conversations.commit.path)).length;

async function talk(): Promise<void> {
  const { alice, toBob, toAlice } = scene;
  await bob.call('send', { conversation: toAlice, text: 'here again' });
  await untilLine(alice.device, toBob, 'here again');
  await alice.device.call('send', { conversation: toBob, text: 'good to hear' });
  await untilLine(bob, toAlice, 'good to hear');
}

describe('a device that has lost the state of a group', () => {
  it.each([
    ['is missing', STATE, undefined],
    ['cannot be read', STATE, systemRandom(500)],
    ['is half gone', ['group-fixed/'], undefined],
    ['is missing with all that is known of the group', ['group/', ...STATE], undefined],
  ] as const)(
    'which %s comes back with nobody else online, and one line says so',
    async (_, prefixes, instead) => {
      const { alice, toBob, toAlice } = scene;
      await alice.device.call('send', { conversation: toBob, text: 'before' });
      await untilLine(bob, toAlice, 'before');
      await settled(alice.device, toBob);
      const before = await lines(bob, toAlice);
      const { home } = alice.device;
      await alice.device.close();
      await lose(prefixes, instead);
      await reopen();
      if (prefixes.length === 1 || instead !== undefined)
        await bob.call('send', { conversation: toAlice, text: 'anyone?' });
      await untilLine(bob, toAlice, 'lost its place');
      const after = (await lines(bob, toAlice)).filter((line) => line !== 'message: anyone?');
      expect(after.slice(0, -1)).toEqual(before);
      expect(after.at(-1)).toContain(RETURNED);

      Object.assign(alice, { device: await openTestDevice(scene.server.url, { home }) });
      await talk();
      const theirs = await lines(alice.device, toBob);
      expect(theirs.filter((line) => !line.startsWith('message: '))).toEqual([]);
      expect(returns()).toBe(1);
    },
    LONG,
  );

  it(
    'keeps nothing of what it had of the group before, not even what does not open',
    async () => {
      const { toAlice } = scene;
      await bob.close();
      const path = join(bob.home, 'profile.db');
      const before = openSqliteStore(path);
      const [page] = await before.range({ prefix: 'group-moving/' });
      const stray = `${page?.[0].slice(0, -2)}99`;
      await before.put(stray, systemRandom(500));
      await before.close();
      await reopen();
      await talk();
      expect(await lines(bob, toAlice)).toContainEqual(expect.stringContaining('lost its place'));
      await bob.close();
      const after = openSqliteStore(path);
      expect(await after.get(stray)).toBeUndefined();
      await after.close();
      await reopen();
    },
    LONG,
  );

  it(
    'shows nothing more of what was said meanwhile than that line',
    async () => {
      const { alice, toBob, toAlice } = scene;
      await lose(STATE);
      for (const text of ['one', 'two', 'three'])
        await alice.device.call('send', { conversation: toBob, text });
      await reopen();
      await untilLine(bob, toAlice, 'lost its place');
      await talk();
      expect((await lines(bob, toAlice)).filter((line) => !line.startsWith('message: '))).toHaveLength(1);
      expect(await texts(bob, toAlice, 4)).toEqual(['hello', 'good day', 'here again', 'good to hear']);
    },
    LONG,
  );

  it(
    'comes back five times a day and no more, whatever happens to it',
    async () => {
      let now = Date.now();
      for (let round = 1; round <= 5; round++) {
        await lose(STATE);
        await reopen(() => now);
        await expect.poll(returns, { timeout: 20_000 }).toBe(round);
        await isOnline(bob);
      }
      await lose(STATE);
      await reopen(() => now);
      await bob.call('send', { conversation: scene.toAlice, text: 'waits' });
      await isOnline(bob);
      await bob.call('catchUp');
      expect(returns()).toBe(5);
      // Control: a day later it may again, and what waited goes out.
      await bob.close();
      now += 86_400_001;
      await reopen(() => now);
      await untilLine(scene.alice.device, scene.toBob, 'waits');
      expect(returns()).toBe(6);
    },
    LONG,
  );
});

describe('a device that has lost its key packages', () => {
  it(
    'comes into a conversation that somebody begins with it, and publishes others',
    async () => {
      await lose(['key-package/']);
      scene.hostile.forget();
      const carol = await signUp(scene.server.url, 'carol');
      others.push(carol.device);
      const { id } = await carol.device.call('startConversation', { address: scene.bob.address });
      await carol.device.call('send', { conversation: id, text: 'you do not read this' });
      await carol.device.call('catchUp');
      await reopen();
      const toCarol = await conversationWith(bob, carol.address);
      await untilLine(bob, toCarol, 'cannot be read on this device');
      await bob.call('acceptRequest', { conversation: toCarol });
      await bob.call('send', { conversation: toCarol, text: 'say it again' });
      await untilLine(carol.device, id, 'say it again');
      const published = () =>
        scene.hostile.traffic.exchanges.filter(({ path }) =>
          path.endsWith(conversations.publishKeyPackages.path),
        ).length;
      await expect.poll(published, { timeout: 20_000 }).toBeGreaterThan(0);
    },
    LONG,
  );
});

describe('a device that the group has left behind', () => {
  it(
    'notices by what it cannot read, comes back, and one line says so',
    async () => {
      const { alice, hostile, toBob, toAlice } = scene;
      hostile.onServerFrame(
        entriesRule((entry) => [
          entry.kind === ENTRY_KIND.handshake && entry.bytes !== null
            ? { ...entry, bytes: systemRandom(400) }
            : entry,
        ]),
      );
      others.push(await signInAgain(scene.server.url, alice));
      await untilLine(bob, toAlice, 'did not check out');
      hostile.behave();
      for (const text of ['one', 'two', 'three'])
        await alice.device.call('send', { conversation: toBob, text });
      await untilLine(bob, toAlice, 'lost its place');
      await talk();
      expect((await lines(bob, toAlice)).filter((line) => !line.startsWith('message: '))).toHaveLength(1);
      expect(returns()).toBe(1);
    },
    LONG,
  );
});

describe('a hostile server', () => {
  it(
    'brings about no return by rubbish, where the group has not gone on',
    async () => {
      const { alice, hostile, toBob, toAlice } = scene;
      hostile.onServerFrame(
        entriesRule((entry) => [entry.bytes === null ? entry : { ...entry, bytes: systemRandom(300) }]),
      );
      for (let i = 0; i < 30; i++)
        await alice.device.call('send', { conversation: toBob, text: `lost ${i}` });
      await untilLine(bob, toAlice, 'Several messages could not be read');
      await bob.call('catchUp');
      hostile.behave();
      await talk();
      const asked = hostile.traffic.exchanges.filter(({ path }) =>
        path.endsWith(conversations.getGroupInfo.path),
      );
      expect(returns()).toBe(0);
      expect(asked.length).toBeGreaterThan(0);
      expect(asked.length).toBeLessThan(6);
    },
    LONG,
  );

  it(
    'leads no device into an older state of the group than it has seen',
    async () => {
      const { alice, hostile, toAlice } = scene;
      const old = await groupInfoOf(alice.device, () => lose([]));
      await reopen();
      others.push(await signInAgain(scene.server.url, alice));
      await untilLine(bob, toAlice, 'new device');
      hostile.onAnswer(conversations.getGroupInfo, (answer) => ({ ...answer, groupInfo: old }));
      await lose(STATE);
      await reopen();
      await untilLine(bob, toAlice, 'begins it anew');
      expect(returns()).toBe(0);
      // Control: where nothing is left to say what was seen, the old state is as good as any.
      await lose(['group/', ...STATE]);
      await reopen();
      await expect.poll(returns, { timeout: 20_000 }).toBe(1);
    },
    LONG,
  );

  it.each(['of another group', 'of members that nobody vouches for', 'of a suite that nobody has'] as const)(
    'leads no device into one %s: the conversation begins anew, and nothing shown is lost',
    async (kind) => {
      const { alice, hostile, toBob, toAlice } = scene;
      const before = await lines(bob, toAlice);
      const id = await lose(STATE);
      const forged = await forgedGroupInfo(kind, id, [toBob, toAlice]);
      hostile.onAnswer(conversations.getGroupInfo, (answer) => ({ ...answer, groupInfo: forged }));
      await reopen();
      await untilLine(bob, toAlice, 'begins it anew');
      expect(returns()).toBe(0);
      hostile.behave();
      await bob.call('send', { conversation: toAlice, text: 'from the start' });
      await untilLine(alice.device, toBob, 'from the start');
      expect(await lines(bob, toAlice)).toEqual([...before, BEGINS_ANEW, 'message: from the start']);
    },
    LONG,
  );
});

/** What the server keeps of the one group now. */
async function groupInfoOf(device: TestDevice, closing: () => Promise<unknown>): Promise<string> {
  await device.call('catchUp');
  await closing();
  let info = '';
  const stop = scene.hostile.onAnswer(conversations.getGroupInfo, (answer) => {
    info = answer.groupInfo;
    return answer;
  });
  const second = await signInAgain(scene.hostile.url, scene.bob);
  await expect.poll(() => info, { timeout: 20_000 }).not.toBe('');
  stop();
  await conversationWith(second, scene.alice.address);
  scene.hostile.forget();
  others.push(second);
  return info;
}

async function forgedGroupInfo(
  kind: string,
  id: GroupId,
  [one, other]: readonly [string, string],
): Promise<string> {
  const engine = await createMlsEngine(systemRandom, await signingKeyFromSeed(systemRandom(32)));
  const context = encodeDirectContext(directAccounts(one as AccountId, other as AccountId));
  const groupId = kind === 'of another group' ? systemRandom(16) : idBytes(id);
  const group = await engine.createGroup(groupId, utf8('nobody'), context);
  const { groupInfo } = await engine.commit(group, { authenticate: () => true });
  // Version and wire format, then the group context: its version and its suite.
  if (kind === 'of a suite that nobody has') groupInfo.set([0x00, 0x53], 6);
  return toBase64Url(groupInfo);
}
