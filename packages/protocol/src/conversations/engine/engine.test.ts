/** Conversations between engines, as clients hold them: what must work. */
import { fromUtf8, signingKeyFromSeed, systemRandom, utf8 } from '@sotto/crypto';
import { describe, expect, it } from 'vitest';
import { createMlsEngine as createBrowserEngine } from './browser.ts';
import { createMlsEngine as createNodeEngine } from './node.ts';
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

describe('two devices', () => {
  it('read each other, in both directions', async () => {
    const [alice, bob] = await pair();
    const heard = await hear(bob, await say(alice, 'hello'));
    expect(fromUtf8(heard.plaintext)).toBe('hello');
    expect(heard).toMatchObject({ epoch: 1, generation: 0, sender: { leaf: 0, identity: utf8('alice') } });
    const answer = await hear(alice, await say(bob, 'good day'));
    expect(answer).toMatchObject({ plaintext: utf8('good day'), sender: { leaf: 1, identity: utf8('bob') } });
  });

  it('agree on members, context, authenticator and exported secrets', async () => {
    const [alice, bob] = await pair();
    const views = [alice, bob].map(async ({ engine, group }) => ({
      members: engine.members(group),
      context: engine.context(group),
      authenticator: engine.epochAuthenticator(group),
      secret: await engine.exportSecret(group, 'call', utf8('x'), 40),
    }));
    const [a, b] = await Promise.all(views);
    expect(a).toEqual(b);
    expect(a?.secret.length).toBe(40);
    expect(a?.members.map((leaf) => fromUtf8(leaf.identity))).toEqual(['alice', 'bob']);
  });

  it('go on after each step was written down and read back', async () => {
    const [alice, bob] = await pair();
    for (let round = 0; round < 3; round++) {
      for (const device of [alice, bob]) device.group = await reopened(device);
      expect((await hear(bob, await say(alice, `${round}`))).generation).toBe(round);
      for (const device of [alice, bob]) device.group = await reopened(device);
      expect(fromUtf8((await hear(alice, await say(bob, 'yes'))).plaintext)).toBe('yes');
    }
  });

  it('read messages out of order, across a state that was written down', async () => {
    const [alice, bob] = await pair();
    const sent = [await say(alice, '0'), await say(alice, '1'), await say(alice, '2'), await say(alice, '3')];
    for (const index of [2, 0, 3, 1]) {
      bob.group = await reopened(bob);
      const heard = await hear(bob, sent[index] ?? new Uint8Array());
      expect([fromUtf8(heard.plaintext), heard.generation]).toEqual([`${index}`, index]);
    }
  });

  it('see of a message only its header and a size in buckets', async () => {
    const [alice, bob] = await pair();
    const short = await say(alice, 'x');
    expect(bob.engine.readHeader(short)).toEqual({ kind: 'application', groupId: GROUP_ID, epoch: 1 });
    const sizes = [];
    for (const length of [1, 186, 187, 442, 443, 16_384])
      sizes.push((await say(alice, 'x'.repeat(length))).length);
    const overhead = short.length - 256;
    expect(sizes.map((size) => 2 ** Math.round(Math.log2(size - overhead)))).toEqual([
      256, 256, 512, 512, 1024, 32_768,
    ]);
    expect(new Set([short.length, sizes[0], sizes[1]]).size).toBe(1);
  });
});

describe('a browser and a program', () => {
  it('read each other, add each other, and keep what the other kept', async () => {
    const seed = systemRandom(32);
    const inBrowser = async () => createBrowserEngine(systemRandom, await signingKeyFromSeed(seed));
    const engine = await inBrowser();
    const own = await newKeyPackage(engine, 'web');
    const alice = await founder('alice');
    const { welcome } = await commitAs(alice, [], { add: [own.publicBytes] });
    const { group } = await engine.join(welcome ?? new Uint8Array(), [own], everyone);
    const web: Device = { name: 'web', engine, identity: utf8('web'), group };
    expect(fromUtf8((await hear(web, await say(alice, 'hello'))).plaintext)).toBe('hello');
    expect(fromUtf8((await hear(alice, await say(web, 'good day'))).plaintext)).toBe('good day');
    const carol = await invite(web, [alice], 'carol');
    const three = await say(carol, 'three');
    for (const device of [alice, web]) await hear(device, three);
    const program = createNodeEngine(systemRandom, await signingKeyFromSeed(seed));
    const moved: Device = { ...web, engine: program, group: await program.decode(kept(engine, web.group)) };
    expect(fromUtf8((await hear(carol, await say(moved, 'moved'))).plaintext)).toBe('moved');
    expect(program.epochAuthenticator(moved.group)).toEqual(alice.engine.epochAuthenticator(alice.group));
  });
});

describe('three and more devices', () => {
  it('all read what one says, and follow additions and removals', async () => {
    const [alice, bob] = await pair();
    const carol = await invite(bob, [alice], 'carol');
    const message = await say(carol, 'here');
    for (const device of [alice, bob]) expect((await hear(device, message)).sender.leaf).toBe(2);

    const { commit } = await alice.engine.commit(alice.group, { remove: [1], authenticate: everyone });
    const seen = await carol.engine.process(carol.group, commit, everyone);
    expect(seen).toMatchObject({
      kind: 'commit',
      external: false,
      by: { leaf: 0 },
      selfRemoved: false,
      epoch: 3,
    });
    if (seen.kind === 'commit')
      expect(seen.removed.map(({ identity }) => fromUtf8(identity))).toEqual(['bob']);
  });

  it('a removed device is told so, reads what was said before, and nothing after', async () => {
    const [alice, bob] = await pair();
    const carol = await invite(alice, [bob], 'carol');
    const before = await say(carol, 'before');
    const { commit } = await commitAs(alice, [carol], { remove: [bob.group.ownLeaf] });
    const received = await bob.engine.process(bob.group, commit, everyone);
    expect(received).toMatchObject({ kind: 'commit', selfRemoved: true });
    if (received.kind === 'commit') bob.group = received.merge();
    bob.group = await reopened(bob);
    expect(bob.group.active).toBe(false);
    const after = await say(carol, 'after');
    await failsWith('not_a_member', bob.engine.process(bob.group, after, everyone));
    await failsWith('not_a_member', bob.engine.encrypt(bob.group, utf8('still here')));
    expect(fromUtf8((await hear(alice, before)).plaintext)).toBe('before');
  });

  it('replace one device by another of the same person in one commit', async () => {
    const [alice, bob] = await pair();
    const engine = await newEngine();
    const own = await newKeyPackage(engine, 'bob again');
    const made = await commitAs(alice, [], { add: [own.publicBytes], remove: [1] });
    await follow(bob, made.commit);
    const { group } = await engine.join(made.welcome ?? new Uint8Array(), [own], everyone);
    const again: Device = { name: 'bob again', engine, identity: utf8('bob again'), group };
    expect(fromUtf8((await hear(again, await say(alice, 'welcome'))).plaintext)).toBe('welcome');
    expect(alice.engine.members(alice.group).map(({ identity }) => fromUtf8(identity))).toEqual([
      'alice',
      'bob again',
    ]);
    expect(bob.group.active).toBe(false);
  });

  it('keep working where leaves are blank, on either side of the tree', async () => {
    const [alice, bob] = await pair();
    const carol = await invite(alice, [bob], 'carol');
    const dave = await invite(alice, [bob, carol], 'dave');
    await commitAs(carol, [dave], { remove: [0, 1] });
    await hear(dave, await say(carol, 'two of us'));
    await hear(carol, await say(dave, 'yes'));
    const erin = await invite(dave, [carol], 'erin');
    for (const device of [carol, dave]) await hear(device, await say(erin, 'three'));
    await commitAs(dave, [carol, erin], {});
    await hear(erin, await say(carol, 'refreshed'));
  });
});

describe('joining by external commit', () => {
  it('lets a further device in, and everyone reads everyone', async () => {
    const [alice, bob] = await pair();
    const { groupInfo } = await commitAs(alice, [bob], {});
    const { device: phone, commit } = await joinFromOutside(groupInfo, 'bob phone');
    for (const device of [alice, bob]) {
      const received = await device.engine.process(device.group, commit, everyone);
      expect(received).toMatchObject({
        kind: 'commit',
        external: true,
        by: { leaf: 2, identity: utf8('bob phone') },
      });
      if (received.kind === 'commit') device.group = received.merge();
    }
    const message = await say(phone, 'me too');
    for (const device of [alice, bob]) expect((await hear(device, message)).sender.leaf).toBe(2);
    await hear(phone, await say(alice, 'hello phone'));
  });

  it('lets a device that lost its state return in place of its own leaf', async () => {
    const [alice, bob] = await pair();
    const { groupInfo } = await commitAs(alice, [bob], {});
    const options = { replaceOwn: true, authenticate: everyone };
    const back = await bob.engine.joinExternally(groupInfo, bob.identity, options);
    const received = await alice.engine.process(alice.group, back.commit, everyone);
    expect(received).toMatchObject({
      kind: 'commit',
      external: true,
      removed: [{ leaf: 1 }],
      added: [{ leaf: 1 }],
    });
    if (received.kind === 'commit') alice.group = received.merge();
    bob.group = back.group;
    await hear(alice, await say(bob, 'back'));
    await hear(bob, await say(alice, 'good'));
    const again = await joinFromOutside(back.groupInfo, 'tablet');
    await follow(alice, again.commit);
    await hear(again.device, await say(alice, 'the returned device published a group info that works'));
  });

  it('is refused to a device that is a member and does not replace itself', async () => {
    const [alice, bob] = await pair();
    const { groupInfo } = await commitAs(alice, [bob], {});
    const options = { replaceOwn: false, authenticate: everyone };
    await failsWith('group_info_invalid', bob.engine.joinExternally(groupInfo, bob.identity, options));
  });
});

describe('an own commit', () => {
  it('is entered once it was taken, and does not disturb what comes before', async () => {
    const [alice, bob] = await pair();
    const { commit, pending } = await alice.engine.commit(alice.group, { authenticate: everyone });
    const early = await say(bob, 'before the commit');
    const late = await say(bob, 'crossing it');
    await hear(alice, early);
    await hear(bob, await say(alice, 'also before'));
    alice.group = await alice.engine.adopt(alice.group, pending);
    await follow(bob, commit);
    expect((await hear(alice, late)).epoch).toBe(1);
    await failsWith('message_replayed', alice.engine.process(alice.group, early, everyone));
    await hear(bob, await say(alice, 'after'));
  });

  it('that lost the race is forgotten, and the other one is followed', async () => {
    const [alice, bob] = await pair();
    const mine = await alice.engine.commit(alice.group, { authenticate: everyone });
    const { commit } = await commitAs(bob, [], {});
    await follow(alice, commit);
    await failsWith('commit_stale', alice.engine.adopt(alice.group, mine.pending));
    await failsWith('commit_stale', bob.engine.process(bob.group, mine.commit, everyone));
    await hear(bob, await say(alice, 'all is well'));
  });

  it('is known as its own when it comes back', async () => {
    const [alice] = await pair();
    const { commit } = await alice.engine.commit(alice.group, { authenticate: everyone });
    await failsWith('message_own', alice.engine.process(alice.group, commit, everyone));
  });
});
