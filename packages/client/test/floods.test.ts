/** A server that never stops: endless pages, and more frames than anybody can see to. The client stays bounded, and usable. */
import { identity, directory as routes } from '@sotto/contract';
import { systemRandom, toBase64Url } from '@sotto/crypto';
import type { AccountId } from '@sotto/protocol';
import { signInAgain, signUp, type TestPerson } from '@sotto/testkit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { BOUNDS } from '../src/bounds.ts';
import { isOnline, LONG, openScene, outcome, type Scene, untilLine } from './parts.ts';

const BOUNDS_MODULE = '../src/bounds.ts';

let scene: Scene;
const opened: { dispose(): Promise<void> }[] = [];

afterEach(async () => {
  vi.doUnmock(BOUNDS_MODULE);
  scene.hostile.behave();
  for (const one of opened.splice(0).reverse()) await one.dispose();
  await scene.close();
});

function kept<T extends { dispose(): Promise<void> }>(device: T): T {
  opened.push(device);
  return device;
}

/** The kit, with devices whose bounds are other ones. */
async function withBounds(some: Partial<Record<keyof typeof BOUNDS, number>>) {
  vi.doMock(BOUNDS_MODULE, () => ({ BOUNDS: { ...BOUNDS, ...some } }));
  vi.resetModules();
  return import('@sotto/testkit');
}

describe('[X4] pages of states that never end', () => {
  /** Signs in while the server gives the same full page again and again, `most` times. */
  async function signInToEndlessPages(
    most: number,
    kit: { openTestDevice: typeof import('@sotto/testkit').openTestDevice },
  ) {
    const { hostile, bob } = scene;
    let pages = 0;
    hostile.onAnswer(identity.getAccount, (answer) => {
      pages += 1;
      const states = Array.from({ length: 100 }, () => answer.states[0] ?? '');
      return { ...answer, states, more: pages < most };
    });
    hostile.onRequest(identity.getAccount, () => ({ from: 0 }));
    const device = kept(await kit.openTestDevice(hostile.url));
    const code = await outcome(
      device.call('signIn', { address: bob.address, password: bob.password, deviceName: 'New' }),
    );
    return { code, pages };
  }

  it(
    'end a sign-in with an error that a person can read',
    async () => {
      scene = await openScene();
      const { code, pages } = await signInToEndlessPages(
        Number.POSITIVE_INFINITY,
        await import('@sotto/testkit'),
      );
      expect(code).toBe('account_not_authentic');
      expect(pages).toBe(BOUNDS.states / 100 + 1);
    },
    LONG,
  );

  it(
    'are all read where there is no bound (control)',
    async () => {
      scene = await openScene();
      const most = BOUNDS.states / 100 + 20;
      const weak = await withBounds({ states: Number.POSITIVE_INFINITY });
      expect((await signInToEndlessPages(most, weak)).pages).toBe(most);
    },
    LONG,
  );

  it(
    'of another account, which signs them, end a look-up and change nothing',
    async () => {
      const { signUp: signUpBounded } = await withBounds({ states: 3 });
      scene = await openScene();
      const { server, bob } = scene;
      const carol = await signUpBounded(server.url, 'carol');
      kept(carol.device);
      const look = (by: TestPerson) => outcome(by.device.call('safetyNumber', { address: bob.address }));
      expect(await look(carol)).toBe('done');
      for (let i = 0; i < 3; i++) kept(await signInAgain(server.url, bob));
      const dora = await signUpBounded(server.url, 'dora');
      kept(dora.device);
      expect(await look(dora)).toBe('chain_invalid');
      expect(
        (await dora.device.until('people', null, () => true)).map(({ address }) => address),
      ).not.toContain(bob.address);
      // Control: with the real bound the same account is found.
      const ella = await signUp(server.url, 'ella');
      kept(ella.device);
      expect(await look(ella)).toBe('done');
    },
    LONG,
  );
});

describe('[X4] a server that tells of more than anybody can see to', () => {
  const FLOOD = 4 * BOUNDS.events;

  /** Tells bob of accounts that nobody knows, and holds back every answer. Returns how many bob asked for at once. */
  async function floodOfAccounts(): Promise<{ asked: () => number; release: () => void }> {
    const { hostile, bob } = scene;
    const released = Promise.withResolvers<void>();
    let asked = 0;
    hostile.onRequest(routes.getStates, async (body) => {
      asked += 1;
      await released.promise;
      return body;
    });
    await isOnline(bob.device);
    const link = hostile.links.at(-1);
    for (let i = 0; i < FLOOD; i++) {
      link?.toClient({ type: 'account', account: toBase64Url(systemRandom(16)) as AccountId, number: 1 });
    }
    return { asked: () => asked, release: released.resolve };
  }

  it(
    'is not listened to further, and its client goes on',
    async () => {
      scene = await openScene();
      const { hostile, alice, bob, toBob, toAlice } = scene;
      const links = hostile.traffic.clientFrames.filter(({ type }) => type === 'hello').length;
      const { asked, release } = await floodOfAccounts();
      // The client has given the connection up.
      await expect
        .poll(() => hostile.traffic.clientFrames.filter(({ type }) => type === 'hello').length, {
          timeout: 20_000,
        })
        .toBeGreaterThan(links);
      expect(asked()).toBeLessThanOrEqual(BOUNDS.events);
      expect(await bob.device.until('conversations', null, (list) => list.length === 1)).toHaveLength(1);
      await bob.device.call('send', { conversation: toAlice, text: 'in the midst of it' });
      release();
      await untilLine(alice.device, toBob, 'in the midst of it');
      await alice.device.call('send', { conversation: toBob, text: 'and back' });
      await untilLine(bob.device, toAlice, 'and back');
    },
    LONG,
  );

  it(
    'is asked for all of it at once where there is no bound (control)',
    async () => {
      scene = await openScene(await withBounds({ events: Number.POSITIVE_INFINITY }));
      const { asked, release } = await floodOfAccounts();
      await expect.poll(asked, { timeout: 20_000 }).toBe(FLOOD);
      release();
    },
    LONG,
  );

  it(
    'in frames that mean nothing, in streams that nobody knows and in numbers without sense, is passed over',
    async () => {
      scene = await openScene();
      const { hostile, alice, bob, toBob, toAlice } = scene;
      await isOnline(bob.device);
      const greetings = () => hostile.traffic.clientFrames.filter(({ type }) => type === 'hello').length;
      const before = greetings();
      const link = hostile.links.at(-1);
      const most = Number.MAX_SAFE_INTEGER;
      for (let i = 0; i < 1_000; i++) {
        link?.toClient(new Uint8Array(2_000).fill(0x81));
        link?.toClient(Uint8Array.of(0x82, 0x18, 0x63, 0x00));
        const id = toBase64Url(systemRandom(16));
        const entry = {
          kind: 0,
          sender: id as never,
          counter: most,
          time: most,
          bytes: systemRandom(99),
        } as const;
        link?.toClient({ type: 'entries', stream: id as never, entries: [{ ...entry, number: most }] });
      }
      await alice.device.call('send', { conversation: toBob, text: 'through all of it' });
      await untilLine(bob.device, toAlice, 'through all of it');
      expect(greetings()).toBe(before);
      expect(await bob.device.until('conversations', null, () => true)).toHaveLength(1);
    },
    LONG,
  );
});
