/** An entry, a sealed object or a welcome of one place, put in another: what binds it there is what refuses it (attack M4). */
import { ENTRY_KIND, type StreamId } from '@sotto/contract';
import { hpkeKeyPairFromSeed, open, seal, sealTo, systemRandom, utf8 } from '@sotto/crypto';
import { type GroupId, SEALED, SEALED_TO } from '@sotto/protocol';
import { conversationWith, signUp } from '@sotto/testkit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type EntriesFrame,
  introduce,
  LONG,
  lines,
  openNewScene,
  outcome,
  type Scene,
  untilLine,
} from './parts.ts';

const GROUPS = '../src/conversations/groups.ts';
const CONTENTS = '@sotto/protocol/conversations';

describe('[M4] what is sealed for one purpose', () => {
  const PLACE = utf8('one place');
  const uses = (labels: object): readonly string[] => Object.values(labels);

  /** For each pair of purposes, whether what is sealed for the first opens for the second. */
  async function symmetric(labelOf: (label: string) => string): Promise<readonly string[]> {
    const secret = systemRandom(32);
    const opened: string[] = [];
    for (const made of uses(SEALED)) {
      const sealed = await seal(secret, labelOf(made), PLACE, utf8('secret'), systemRandom);
      for (const used of uses(SEALED)) {
        const result = await outcome(open(secret, labelOf(used), PLACE, sealed));
        if (result === 'done') opened.push(`${made} as ${used}`);
        else expect(result).toBe('not_authentic');
      }
    }
    return opened;
  }

  async function toKey(labelOf: (label: string) => string): Promise<readonly string[]> {
    const pair = await hpkeKeyPairFromSeed(systemRandom(32));
    const opened: string[] = [];
    for (const made of uses(SEALED_TO)) {
      const sealed = await sealTo(pair.publicKey, labelOf(made), PLACE, utf8('secret'));
      for (const used of uses(SEALED_TO)) {
        const result = await outcome(pair.open(labelOf(used), PLACE, sealed));
        if (result === 'done') opened.push(`${made} as ${used}`);
        else expect(result).toBe('not_authentic');
      }
    }
    return opened;
  }

  it.each([
    ['under a key', symmetric, uses(SEALED)],
    ['to a key pair', toKey, uses(SEALED_TO)],
  ])('%s opens for that one alone, of all that the registry has', async (_, crossed, labels) => {
    expect(labels.length).toBeGreaterThan(1);
    expect(await crossed((label) => label)).toEqual(labels.map((label) => `${label} as ${label}`));
  });

  it.each([
    ['under a key', symmetric, uses(SEALED)],
    ['to a key pair', toKey, uses(SEALED_TO)],
  ])('%s opens for all where the purpose is not bound (control)', async (_, crossed, labels) => {
    expect(await crossed(() => 'anything')).toHaveLength(labels.length ** 2);
  });
});

describe('[M4] through a server that exchanges streams', () => {
  let scene: Scene;
  const opened: { dispose(): Promise<void> }[] = [];

  afterEach(async () => {
    for (const module of [GROUPS, CONTENTS]) vi.doUnmock(module);
    for (const one of opened.splice(0).reverse()) await one.dispose();
    await scene.close();
  });

  /** Alice's next words to bob come to him in his conversation with carol. Returns what he sees there. */
  async function crossStreams(text: string, weaken = () => {}): Promise<readonly string[]> {
    const { server, hostile, alice, bob, toBob } = scene;
    const carol = await signUp(server.url, 'carol');
    opened.push(carol.device);
    const { toAlice: toCarol } = await introduce(carol, bob);
    const isNews = ({ stream, entries }: EntriesFrame) =>
      entries.some(({ kind, bytes }) => kind === ENTRY_KIND.message && bytes !== null) && stream;
    const frames = hostile.traffic.serverFrames.filter(
      (frame): frame is EntriesFrame => frame.type === 'entries',
    );
    const [ofAlice, ofCarol] = [...new Set(frames.map(isNews))].filter((id): id is StreamId => id !== false);
    if (ofAlice === undefined || ofCarol === undefined) throw new TypeError('no streams');
    const newest = Math.max(
      ...frames
        .filter(({ stream }) => stream === ofCarol)
        .flatMap(({ entries }) => entries.map(({ number }) => number)),
    );
    const before = await lines(bob.device, toCarol);
    hostile.onClientFrame((frame, pass) => {
      if (frame.type !== 'acknowledge') pass(frame);
    });
    hostile.onServerFrame((frame, pass) => {
      if (frame.type !== 'entries' || frame.stream !== ofAlice) return pass(frame);
      const entries = frame.entries
        .filter(({ kind, bytes }) => kind === ENTRY_KIND.message && bytes !== null)
        .map((entry, i) => ({ ...entry, number: newest + 1 + i }));
      if (entries.length > 0) pass({ ...frame, stream: ofCarol, entries });
    });
    weaken();
    await alice.device.call('send', { conversation: toBob, text });
    await bob.device.until(
      'items',
      { conversation: toCarol, limit: 50 },
      ({ items }) => items.length > before.length,
    );
    expect(await conversationWith(bob.device, carol.address)).toBe(toCarol);
    return (await lines(bob.device, toCarol)).slice(before.length);
  }

  it(
    'an entry of another conversation is one line that cannot be read',
    async () => {
      scene = await openNewScene();
      expect(await crossStreams('for alice’s conversation')).toEqual([
        'unreadable: A message could not be read on this device.',
      ]);
    },
    LONG,
  );

  /** Weakened, bob's device takes the first group that it was asked for in place of each other. */
  async function weakScene(weakness: { armed: boolean; contents: boolean }): Promise<Scene> {
    let first: GroupId | undefined;
    const instead = (id: GroupId) => (weakness.armed ? (first ?? id) : id);
    vi.doMock(GROUPS, async (original) => {
      const real = await original<typeof import('../src/conversations/groups.ts')>();
      class OneGroup extends real.Groups {
        override handle(id: GroupId) {
          return super.handle(instead(id));
        }
        override get(id: GroupId) {
          first ??= id;
          return super.get(id);
        }
      }
      return { ...real, Groups: OneGroup };
    });
    vi.doMock(CONTENTS, async (original) => {
      const real = await original<typeof import('@sotto/protocol/conversations')>();
      const roomUri: typeof real.roomUri = (domain, group) =>
        real.roomUri(domain, weakness.contents ? instead(group) : group);
      return { ...real, roomUri };
    });
    vi.resetModules();
    return openNewScene(await import('@sotto/testkit'));
  }

  it.each([
    [
      'it is set aside by what stands in it where its keys are not bound to the group',
      false,
      'unreadable: A message was set aside',
    ],
    ['it is read where that is not bound either (control)', true, 'message: for alice’s conversation'],
  ])(
    '%s',
    async (_, contents, line) => {
      const weakness = { armed: false, contents };
      scene = await weakScene(weakness);
      const seen = await crossStreams('for alice’s conversation', () => {
        weakness.armed = true;
      });
      expect(seen.join()).toContain(line);
    },
    LONG,
  );

  it(
    'a welcome that is for another device enters no group; control: in its own stream it does',
    async () => {
      scene = await openNewScene();
      const { server, hostile, bob } = scene;
      const [carol, dave] = [await signUp(server.url, 'carol'), await signUp(hostile.url, 'dave')];
      opened.push(carol.device, dave.device);
      const session = await bob.device.until('session', null, ({ state }) => state === 'signed-in');
      const bobs = session.state === 'signed-in' ? session.deviceId : '';
      // What is for dave goes to bob, in the stream of bob's device.
      const link = hostile.links[0];
      let taken = 0;
      hostile.onServerFrame((frame, pass, from) => {
        const isWelcome =
          frame.type === 'entries' && frame.entries.some(({ kind }) => kind === ENTRY_KIND.welcome);
        if (frame.type !== 'entries' || !isWelcome || from === link) return pass(frame);
        taken += 1;
        const entries = frame.entries.map((entry) => ({ ...entry, number: entry.number + 1 }));
        link?.toClient({ ...frame, stream: bobs as StreamId, entries });
      });
      await carol.device.call('startConversation', { address: dave.address });
      await expect.poll(() => taken, { timeout: 20_000 }).toBe(1);
      hostile.behave();
      hostile.onClientFrame((frame, pass, from) => {
        // What bob acknowledges of the attacker's numbers is unknown to the real server.
        if (frame.type !== 'acknowledge' || from !== link) pass(frame);
      });
      await scene.alice.device.call('send', { conversation: scene.toBob, text: 'still here' });
      await untilLine(bob.device, scene.toAlice, 'still here');
      const list = await bob.device.until('conversations', null, () => true);
      expect(list.map(({ with: peer }) => peer.address)).toEqual([scene.alice.address]);
      // Control: for the device that it is for, the same welcome is good.
      hostile.cut();
      await conversationWith(dave.device, carol.address);
    },
    LONG,
  );
});
