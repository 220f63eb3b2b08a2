/** What a hostile server, peer or member tries with a group, and the control that shows the check at work. */
import { checkedRandom, equalBytes, type Random, utf8 } from '@sotto/crypto';
import { describe, expect, it } from 'vitest';
import type { MlsErrorCode } from '../mls-engine.ts';
import {
  commitAs,
  type Device,
  everyone,
  failsWith,
  follow,
  founder,
  GROUP_ID,
  hear,
  invite,
  joinFromOutside,
  kept,
  newEngine,
  newKeyPackage,
  pair,
  reopened,
  say,
} from './test/devices.ts';

/** Every bit flip at about `count` places of `bytes`. */
function* tampered(bytes: Uint8Array, count: number): Generator<Uint8Array> {
  const step = Math.max(1, Math.floor(bytes.length / count));
  for (let at = 0; at < bytes.length; at += step) {
    const copy = new Uint8Array(bytes);
    copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8));
    yield copy;
  }
}

async function expectRefused(
  device: Device,
  bytes: Uint8Array,
  codes: readonly MlsErrorCode[],
): Promise<void> {
  const before = kept(device.engine, device.group);
  const outcome = await device.engine.process(device.group, bytes, everyone).then(
    () => 'accepted',
    (error: { code?: string }) => error.code,
  );
  expect(codes).toContain(outcome);
  expect(kept(device.engine, device.group)).toEqual(before);
}

describe('messages', () => {
  it('[M14] are read once', async () => {
    const [alice, bob] = await pair();
    const message = await say(alice, 'yes');
    await hear(bob, message);
    await expectRefused(bob, message, ['message_replayed']);
    await hear(bob, await say(alice, 'and on'));
  });

  it('that skipped ahead are read once, too', async () => {
    const [alice, bob] = await pair();
    const sent = [await say(alice, '0'), await say(alice, '1'), await say(alice, '2')];
    for (const at of [2, 0]) await hear(bob, sent[at] ?? new Uint8Array());
    for (const at of [2, 0]) await expectRefused(bob, sent[at] ?? new Uint8Array(), ['message_replayed']);
    await hear(bob, sent[1] ?? new Uint8Array());
  });

  it('that were changed anywhere give a typed error and change nothing', async () => {
    const [alice, bob] = await pair();
    const message = await say(alice, 'x');
    for (const bytes of tampered(message, 90)) {
      await expectRefused(bob, bytes, ['message_unreadable', 'message_too_old', 'message_of_future']);
    }
    for (let end = 0; end < message.length; end += 7) {
      await expectRefused(bob, message.subarray(0, end), ['message_unreadable']);
    }
    await expectRefused(bob, Uint8Array.of(...message, 0), ['message_unreadable']);
    await hear(bob, message);
  });

  it('are not read by their own sender, another group or a stranger', async () => {
    const [alice, bob] = await pair();
    const message = await say(alice, 'x');
    await expectRefused(alice, message, ['message_own']);
    const [other] = await pair();
    await expectRefused(other, message, ['message_unreadable']);
    await hear(bob, message);
  });

  it('of epochs that are over are read for a while, and of epochs to come not at all', async () => {
    const [alice, bob] = await pair();
    const old = [await say(bob, '0'), await say(bob, '1')];
    for (let epoch = 0; epoch < 4; epoch++) await commitAs(alice, [bob], {});
    expect((await hear(alice, old[0] ?? new Uint8Array())).epoch).toBe(1);
    await commitAs(alice, [bob], {});
    await expectRefused(alice, old[1] ?? new Uint8Array(), ['message_too_old']);
    const made = await alice.engine.commit(alice.group, { authenticate: everyone });
    alice.group = await alice.engine.adopt(alice.group, made.pending);
    await expectRefused(bob, await say(alice, 'early'), ['message_of_future']);
  });

  it('[M6] name their true sender, whatever the envelope says', async () => {
    const [alice, bob] = await pair();
    const carol = await invite(alice, [bob], 'carol');
    expect((await hear(alice, await say(carol, 'x'))).sender.identity).toEqual(utf8('carol'));
  });
});

describe('a group that is used twice', () => {
  it('[K10] gives no second message under one key', async () => {
    const [alice, bob] = await pair();
    const { group } = alice;
    const both = await Promise.allSettled([
      alice.engine.encrypt(group, utf8('one')),
      alice.engine.encrypt(group, utf8('two')),
    ]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await failsWith('group_spent', alice.engine.encrypt(group, utf8('three')));
    const [first] = both;
    if (first?.status === 'fulfilled') alice.group = first.value.group;
    await hear(bob, await say(alice, 'the second of her messages'));
  });

  it('refuses to merge a commit after it was used', async () => {
    const [alice, bob] = await pair();
    const { commit } = await alice.engine.commit(alice.group, { authenticate: everyone });
    const received = await bob.engine.process(bob.group, commit, everyone);
    await say(bob, 'meanwhile');
    if (received.kind !== 'commit') throw new TypeError('not a commit');
    expect(() => received.merge()).toThrow(expect.objectContaining({ code: 'group_spent' }));
    bob.group = await reopened(bob);
  });

  it('still works after a failure', async () => {
    const [alice, bob] = await pair();
    await failsWith('message_unreadable', bob.engine.process(bob.group, utf8('nonsense'), everyone));
    await hear(bob, await say(alice, 'x'));
  });
});

describe('commits', () => {
  it('that were changed anywhere are refused, and the true one is taken after them', async () => {
    const [alice, bob] = await pair();
    const { commit } = await alice.engine.commit(alice.group, { authenticate: everyone });
    for (const bytes of tampered(commit, 60)) {
      await expectRefused(bob, bytes, [
        'commit_invalid',
        'commit_stale',
        'message_unreadable',
        'message_of_future',
        'message_own',
      ]);
    }
    await follow(bob, commit);
  });

  it('from outside that were changed anywhere are refused', async () => {
    const [alice, bob] = await pair();
    const { groupInfo } = await commitAs(alice, [bob], {});
    const { commit } = await joinFromOutside(groupInfo, 'phone');
    for (const bytes of tampered(commit, 60)) {
      await expectRefused(bob, bytes, [
        'commit_invalid',
        'commit_stale',
        'message_unreadable',
        'message_of_future',
      ]);
    }
    await follow(bob, commit);
  });

  it('of the same epoch: the first is taken, the second is stale', async () => {
    const [alice, bob] = await pair();
    const carol = await invite(alice, [bob], 'carol');
    const one = await alice.engine.commit(alice.group, { authenticate: everyone });
    const two = await bob.engine.commit(bob.group, { authenticate: everyone });
    await follow(carol, one.commit);
    await expectRefused(carol, two.commit, ['commit_stale']);
    await expectRefused(carol, one.commit, ['commit_stale']);
  });

  it('remove nobody who is not there, and never their maker', async () => {
    const [alice] = await pair();
    for (const remove of [[0], [9], [1, 1]]) {
      await failsWith('commit_invalid', alice.engine.commit(alice.group, { remove, authenticate: everyone }));
    }
  });

  it('add no device twice and no damaged key package', async () => {
    const [alice, bob] = await pair();
    const again = await newKeyPackage(bob.engine, 'bob');
    await failsWith(
      'commit_invalid',
      alice.engine.commit(alice.group, { add: [again.publicBytes], authenticate: everyone }),
    );
    const eve = await newKeyPackage(await newEngine(), 'eve');
    for (const bytes of tampered(eve.publicBytes, 40)) {
      await failsWith(
        'key_package_invalid',
        alice.engine.commit(alice.group, { add: [bytes], authenticate: everyone }),
      );
      expect(await alice.engine.readKeyPackage(bytes)).toBeUndefined();
    }
    expect(await alice.engine.readKeyPackage(eve.publicBytes)).toMatchObject({
      identity: utf8('eve'),
      lastResort: false,
      ref: eve.ref,
    });
  });
});

describe('the check of leaves [M1, M2]', () => {
  const notEve = ({ identity }: { identity: Uint8Array }) => !equalBytes(identity, utf8('eve'));

  it('keeps a leaf out that it does not accept, whoever adds it', async () => {
    const [alice, bob] = await pair();
    const eve = await newKeyPackage(await newEngine(), 'eve');
    const add = [eve.publicBytes];
    await failsWith('leaf_refused', alice.engine.commit(alice.group, { add, authenticate: notEve }));
    const { commit } = await alice.engine.commit(alice.group, { add, authenticate: everyone });
    await failsWith('leaf_refused', bob.engine.process(bob.group, commit, notEve));
    // Control: the same commit under a check that accepts all.
    await follow(bob, commit);
    expect(bob.engine.members(bob.group).length).toBe(3);
  });

  it('keeps out who lets itself in', async () => {
    const [alice, bob] = await pair();
    const { groupInfo } = await commitAs(alice, [bob], {});
    const { commit } = await joinFromOutside(groupInfo, 'eve');
    await failsWith('leaf_refused', bob.engine.process(bob.group, commit, notEve));
    await follow(bob, commit);
  });

  it('is asked about everyone on joining', async () => {
    const [alice, bob] = await pair();
    await invite(alice, [bob], 'eve');
    const engine = await newEngine();
    const own = await newKeyPackage(engine, 'carol');
    const { welcome, groupInfo } = await commitAs(alice, [], { add: [own.publicBytes] });
    await failsWith('leaf_refused', engine.join(welcome ?? new Uint8Array(), [own], notEve));
    const options = { replaceOwn: true, authenticate: notEve };
    await failsWith('leaf_refused', engine.joinExternally(groupInfo, utf8('carol'), options));
    const asked: string[] = [];
    await engine.join(welcome ?? new Uint8Array(), [own], ({ identity }, place) => {
      asked.push(new TextDecoder().decode(identity));
      return equalBytes(place.groupId, GROUP_ID);
    });
    expect(asked).toEqual(['alice', 'bob', 'eve', 'carol']);
  });

  it('fails closed where it throws or does not say true', async () => {
    const [alice, bob] = await pair();
    const { commit } = await alice.engine.commit(alice.group, {
      add: [(await newKeyPackage(await newEngine(), 'eve')).publicBytes],
      authenticate: everyone,
    });
    const throwing = () => {
      throw new TypeError('directory not reachable');
    };
    await failsWith('leaf_refused', bob.engine.process(bob.group, commit, throwing));
    await failsWith(
      'leaf_refused',
      bob.engine.process(bob.group, commit, async () => false),
    );
  });
});

describe('welcomes', () => {
  it('open with the key package they name, and no other', async () => {
    const alice = await founder('alice');
    const engine = await newEngine();
    const packages = await Promise.all(['bob', 'bob', 'bob'].map((name) => newKeyPackage(engine, name)));
    const [first, second, third] = packages;
    if (first === undefined || second === undefined || third === undefined)
      throw new TypeError('no packages');
    const made = await alice.engine.commit(alice.group, {
      add: [second.publicBytes],
      authenticate: everyone,
    });
    const welcome = made.welcome ?? new Uint8Array();
    expect(engine.welcomeRefs(welcome)).toEqual([second.ref]);
    await failsWith('welcome_not_ours', engine.join(welcome, [first, third], everyone));
    const swapped = { publicBytes: second.publicBytes, privateBytes: third.privateBytes };
    await failsWith('welcome_invalid', engine.join(welcome, [swapped], everyone));
    await failsWith('welcome_invalid', (await newEngine()).join(welcome, [second], everyone));
    const { used } = await engine.join(welcome, packages, everyone);
    expect(used).toEqual(second.ref);
  });

  it('and group infos that were changed anywhere are refused', async () => {
    const [alice, bob] = await pair();
    const engine = await newEngine();
    const own = await newKeyPackage(engine, 'carol');
    const { welcome, groupInfo } = await commitAs(alice, [bob], { add: [own.publicBytes] });
    for (const bytes of tampered(welcome ?? new Uint8Array(), 60)) {
      await expect(engine.join(bytes, [own], everyone)).rejects.toMatchObject({
        code: expect.stringMatching(/^welcome_(invalid|not_ours)$/),
      });
    }
    const outside = await newEngine();
    const options = { replaceOwn: false, authenticate: everyone };
    for (const bytes of tampered(groupInfo, 60)) {
      await failsWith('group_info_invalid', outside.joinExternally(bytes, utf8('dave'), options));
    }
  });
});

describe('what is kept', () => {
  it('is refused where it is damaged, newer, or of another device', async () => {
    const [alice, bob] = await pair();
    const { fixed, moving } = kept(alice.engine, alice.group);
    const newer = new Uint8Array(fixed);
    newer[3] = 99;
    await failsWith('group_state_newer', alice.engine.decode({ fixed: newer, moving }));
    const older = new Uint8Array(fixed);
    older[3] = 1;
    await failsWith('group_state_invalid', alice.engine.decode({ fixed: older, moving }));
    for (const bytes of [new Uint8Array(0), fixed.subarray(0, -1), Uint8Array.of(1, ...fixed)]) {
      await failsWith('group_state_invalid', alice.engine.decode({ fixed: new Uint8Array(bytes), moving }));
    }
    for (const [i, { place, bytes }] of moving.entries()) {
      const damaged = [bytes.subarray(0, -1), Uint8Array.of(...bytes, 0)];
      for (const instead of damaged) {
        const page = { place, bytes: new Uint8Array(instead) };
        await failsWith('group_state_invalid', alice.engine.decode({ fixed, moving: moving.with(i, page) }));
      }
      await failsWith('group_state_invalid', alice.engine.decode({ fixed, moving: moving.toSpliced(i, 1) }));
    }
    await failsWith('group_state_invalid', bob.engine.decode({ fixed, moving }));
  });

  it('does not go with the other half of another epoch', async () => {
    const [alice, bob] = await pair();
    const before = kept(alice.engine, alice.group);
    await commitAs(alice, [bob], {});
    const after = kept(alice.engine, alice.group);
    const mixed = { fixed: after.fixed, moving: before.moving };
    await failsWith('group_state_invalid', alice.engine.decode(mixed));
  });

  it('[M7] holds no key of what was sent or read before', async () => {
    const [alice, bob] = await pair();
    const early = await say(alice, 'early');
    const copy = await reopened(bob);
    await hear(bob, early);
    const later = await reopened(bob);
    await failsWith('message_replayed', bob.engine.process(later, early, everyone));
    // Control: the state of before could read it.
    expect(await bob.engine.process(copy, early, everyone)).toMatchObject({ plaintext: utf8('early') });
  });
});

describe('a source of randomness that fails [K11]', () => {
  const stuck = () => checkedRandom((target) => void target.fill(7));
  const broken: Random = () => {
    throw new TypeError('no entropy');
  };

  it('stops the making of keys, groups and commits, and of messages', async () => {
    const engine = await newEngine(stuck());
    await failsWith('random_failed', newKeyPackage(engine, 'alice'));
    await failsWith('random_failed', engine.createGroup(GROUP_ID, utf8('alice'), utf8('x')));
    await expect(newKeyPackage(await newEngine(broken), 'alice')).rejects.toThrow();
  });

  it('stops encryption, adding and joining in a group that was sound before', async () => {
    let sound = true;
    const source = checkedRandom((target) => void (sound ? crypto.getRandomValues(target) : target.fill(7)));
    const engine = await newEngine(source);
    const group = await engine.createGroup(GROUP_ID, utf8('alice'), utf8('x'));
    const bob = await newKeyPackage(await newEngine(), 'bob');
    const { groupInfo } = await engine.commit(group, { authenticate: everyone });
    sound = false;
    await failsWith('random_failed', engine.encrypt(group, utf8('x')));
    await failsWith(
      'random_failed',
      engine.commit(group, { add: [bob.publicBytes], authenticate: everyone }),
    );
    const other = await newEngine(source);
    const options = { replaceOwn: false, authenticate: everyone };
    await failsWith('random_failed', other.joinExternally(groupInfo, utf8('carol'), options));
    sound = true;
    // Control, and proof that the refusals left the group as it was.
    await engine.encrypt(group, utf8('x'));
  });
});
