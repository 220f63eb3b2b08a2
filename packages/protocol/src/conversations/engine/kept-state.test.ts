/** What a group costs to keep, and what is left of used keys. */
import { utf8 } from '@sotto/crypto';
import { describe, expect, it } from 'vitest';
import {
  commitAs,
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
  it('for a message is its moving part alone; a commit, and a late message, write all', async () => {
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
    alice.group = await alice.engine.decode({ fixed, moving: change.moving });
    before = alice.group;
    await commitAs(alice, [bob], {});
    expect(alice.engine.encode(alice.group, before).fixed).not.toBeNull();
    before = alice.group;
    await hear(alice, late);
    expect(alice.engine.encode(alice.group, before).fixed).not.toBeNull();
  });

  it('for a message among 1,000 members is less than 3 kB', async () => {
    const alice = await founder('alice');
    const others = await newEngine();
    const add: Uint8Array[] = [];
    const { fixed: small } = kept(alice.engine, alice.group);
    for (let i = 1; i < 999; i++) add.push((await newKeyPackage(await newEngine(), `${i}`)).publicBytes);
    const last = await newKeyPackage(others, 'last');
    const { welcome } = await commitAs(alice, [], { add: [...add, last.publicBytes] });
    const { group } = await others.join(welcome ?? new Uint8Array(), [last], everyone);
    const before = alice.group;
    const whole = kept(others, group);
    const message = await say(alice, 'x');
    const sent = alice.engine.encode(alice.group, before);
    const received = await others.process(group, message, everyone);
    if (received.kind !== 'application') throw new TypeError('not a message');
    const read = others.encode(received.group, group);
    for (const { fixed, moving } of [sent, read]) {
      expect(fixed).toBeNull();
      expect(moving.length).toBeLessThan(3_000);
    }
    // Control: all of the state is a thousand times that.
    expect(whole.fixed.length).toBeGreaterThan(500 * small.length);
  }, 60_000);
});

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
