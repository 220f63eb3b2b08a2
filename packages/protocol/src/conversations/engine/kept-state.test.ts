/** What a group costs to keep, and what is left of used keys. */
import { utf8 } from '@sotto/crypto';
import { describe, expect, it } from 'vitest';
import type { KeptPage } from '../mls-engine.ts';
import { GroupHandle } from './handle.ts';
import {
  commitAs,
  type Device,
  everyone,
  founder,
  hear,
  invite,
  kept,
  newEngine,
  newKeyPackage,
  pair,
  say,
} from './test/devices.ts';

describe('what is written of a group', () => {
  it('for a message is a page of its moving part; a commit, and a late message, write all', async () => {
    const [alice, bob] = await pair();
    const late = await say(bob, 'late');
    let before = alice.group;
    await say(alice, 'x');
    expect(alice.engine.encode(alice.group, before).fixed).toBeNull();
    before = alice.group;
    const { fixed, moving } = kept(alice.engine, before);
    await hear(alice, await say(bob, 'y'));
    const change = alice.engine.encode(alice.group, before);
    expect(change.fixed).toBeNull();
    expect(change.moving).not.toEqual(moving);
    // The two parts of different moments of one epoch are one state: the later one.
    alice.group = await alice.engine.decode({ fixed, moving: replaced(moving, change.moving) });
    before = alice.group;
    await commitAs(alice, [bob], {});
    expect(alice.engine.encode(alice.group, before).fixed).not.toBeNull();
    before = alice.group;
    await hear(alice, late);
    expect(alice.engine.encode(alice.group, before).fixed).not.toBeNull();
  });

  it('for a message among 1,000 members of whom all have spoken is less than 3 kB', async () => {
    const alice = await founder('alice');
    const { fixed: small } = kept(alice.engine, alice.group);
    const add: Uint8Array[] = [];
    for (let i = 1; i < 999; i++) add.push((await newKeyPackage(await newEngine(), `${i}`)).publicBytes);
    const bobs = await newEngine();
    const last = await newKeyPackage(bobs, 'bob');
    const { welcome } = await commitAs(alice, [], { add: [...add, last.publicBytes] });
    const { group } = await bobs.join(welcome ?? new Uint8Array(), [last], everyone);
    const bob = { name: 'bob', engine: bobs, identity: utf8('bob'), group };
    await allSpeak(alice);
    const whole = kept(alice.engine, alice.group);
    const before = alice.group;
    await say(bob, 'as above');
    const message = await say(bob, 'x');
    await hear(alice, message);
    const read = alice.engine.encode(alice.group, before);
    const between = alice.group;
    await say(alice, 'y');
    const sent = alice.engine.encode(alice.group, between);
    for (const { fixed, moving } of [read, sent]) {
      expect(fixed).toBeNull();
      expect(sizeOf(moving)).toBeGreaterThan(0);
      expect(sizeOf(moving)).toBeLessThan(3_000);
    }
    // What was replaced one by one is what is written whole.
    const pages = replaced(replaced(whole.moving, read.moving), sent.moving);
    expect(kept(alice.engine, alice.group).moving).toEqual(pages);
    await alice.engine.decode({ fixed: whole.fixed, moving: pages });
    // Control: all of the state is a thousand times that of one member, and all keys are many times what is written.
    expect(whole.fixed.length).toBeGreaterThan(500 * small.length);
    expect(sizeOf(whole.moving)).toBeGreaterThan(90_000);
  }, 60_000);
});

/** As if every member had sent a message: each chain is begun, by who holds the same secret tree. */
async function allSpeak(device: Device): Promise<void> {
  const { engine } = device;
  for (const { leaf } of engine.members(device.group)) {
    if (!(device.group instanceof GroupHandle)) throw new TypeError('another engine');
    const { ownLeaf } = device.group;
    const speaker = new GroupHandle({ ...device.group.state, ownLeaf: leaf });
    const { group } = await engine.encrypt(speaker, utf8('x'));
    if (!(group instanceof GroupHandle)) throw new TypeError('another engine');
    device.group = new GroupHandle({ ...group.state, ownLeaf });
  }
}

function replaced(pages: readonly KeptPage[], changed: readonly KeptPage[]): readonly KeptPage[] {
  const all = new Map([...pages, ...changed].map((page) => [page.place, page]));
  return [...all.values()];
}

function sizeOf(pages: readonly KeptPage[]): number {
  return pages.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

describe('[M7] the newest state', () => {
  it('holds no secret by which a message that was sent or read could be opened, in either part', async () => {
    const [alice, bob] = await pair();
    const carol = await invite(alice, [bob], 'carol');
    const messages = [await say(alice, '0'), await say(alice, '1'), await say(alice, '2')];
    const [first, second] = [messages[0], messages[1]];
    if (first === undefined || second === undefined) throw new TypeError('no messages');
    const early = kept(bob.engine, bob.group);
    for (const message of messages) await hear(bob, message);
    const now = kept(bob.engine, bob.group);
    const reopened = await bob.engine.decode({ fixed: now.fixed, moving: now.moving });
    for (const message of messages) {
      await expect(bob.engine.process(reopened, message, everyone)).rejects.toMatchObject({
        code: 'message_replayed',
      });
    }
    // Control: the moving part of before, with either fixed part, opens them.
    const old = await bob.engine.decode({ fixed: now.fixed, moving: early.moving });
    expect(await bob.engine.process(old, second, everyone)).toMatchObject({ plaintext: utf8('1') });
    await hear(carol, first);
  });
});
