/** Key packages, groups and commits against a real server. */
import { conversations, decodeWelcomeEntry, ENTRY_KIND } from '@sotto/contract';
import { systemRandom, toBase64Url } from '@sotto/crypto';
import { type DeviceId, type GroupId, newId } from '@sotto/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  add,
  fieldOf,
  groupOf,
  joining,
  keyPackageOf,
  Member,
  makeGroup,
  newGroup,
  remove,
} from './groups.ts';
import { addDevice, call, type Joined, join, randomField, request, TestSocket } from './peer.ts';
import { cleanUp, start, type TestServer } from './running.ts';

let server: TestServer;
let alice: Joined;
let bob: Joined;
beforeAll(async () => {
  server = await start();
  [alice, bob] = [await join(server.url, 'alice'), await join(server.url, 'bob')];
});
afterAll(async () => {
  await server.close();
  cleanUp();
});

async function secondDevice(of: Joined): Promise<Joined> {
  return { person: of.person, ...(await addDevice(of.person)) };
}

/** Alice and Bob in a group. */
async function pair(): Promise<readonly [Member, Member]> {
  const [hers, his] = await groupOf(alice, [bob]);
  if (hers === undefined || his === undefined) throw new Error('two members');
  return [hers, his];
}

it('a one-time key package is given out once, then the last-resort one again and again', async () => {
  const carol = await join(server.url, 'carol');
  const socket = await TestSocket.connect(server.url, carol.token);
  const packages = [randomField(50), randomField(50)];
  const lastResort = randomField(50);
  await call(server.url, conversations.publishKeyPackages, { packages, lastResort }, carol.token);
  const { accountId } = carol.person;
  const claim = async () =>
    (await call(server.url, conversations.claimKeyPackages, { accountId }, alice.token)).packages;
  const claimed = (await Promise.all([claim(), claim(), claim()])).flat();
  expect(claimed.map(({ keyPackage }) => keyPackage).sort()).toEqual([...packages, lastResort].sort());
  expect(await claim()).toEqual([{ deviceId: carol.device.id, keyPackage: lastResort, lastResort: true }]);
  await socket.until((frame) => frame.type === 'key-packages' && frame.left === 0);
  await socket.close();
  const many = { packages: Array.from({ length: 100 }, () => randomField(8)), lastResort: null };
  expect(await call(server.url, conversations.publishKeyPackages, many, carol.token)).toEqual({
    waiting: 100,
  });
  const more = { packages: [randomField(8)], lastResort: null };
  const refused = await request(server.url, 'POST', conversations.publishKeyPackages.path, {
    token: carol.token,
    body: more,
  });
  expect(refused).toMatchObject({ status: 413, body: { code: 'too_large' } });
});

it('a group cannot be created twice, nor with a device that is not current', async () => {
  const groupId = await newGroup(alice, []);
  const { body: base } = await makeGroup(bob, []);
  const create = (body: object) =>
    request(server.url, 'POST', conversations.createGroup.path, { token: bob.token, body });
  expect((await create({ ...base, groupId })).body).toMatchObject({ code: 'group_exists' });
  const stranger = { accountId: alice.person.accountId, deviceId: newId<DeviceId>(systemRandom) };
  const swapped = { accountId: alice.person.accountId, deviceId: bob.device.id };
  for (const member of [stranger, swapped]) {
    const answer = await create({ ...base, groupId: newId<GroupId>(systemRandom), members: [member] });
    expect(answer.body).toMatchObject({ code: 'state_conflict' });
  }
});

it('of commits that follow the same entry, exactly one wins, whoever sends how many', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 2, maxLength: 12 }), async (senders) => {
      const members = await pair();
      for (let round = 1; round <= 2; round++) {
        const prepared = await Promise.all(
          senders.map(async (his) => {
            const member = members[his ? 1 : 0];
            return { member, ...(await member.prepare()) };
          }),
        );
        const answers = await Promise.all(prepared.map(({ member, body }) => member.send(body)));
        const won = prepared.filter((_, index) => answers[index]?.status === 200);
        expect(won).toHaveLength(1);
        expect(answers.filter(({ body }) => isConflict(body))).toHaveLength(senders.length - 1);
        expect(answers.find(({ status }) => status === 200)?.body).toEqual({ number: round });
        for (const { member, next, bytes } of won) {
          member.state = next;
          for (const other of members) if (other !== member) await other.receive(bytes, round);
          member.follows = round;
        }
      }
    }),
    { numRuns: 5 },
  );
});

function isConflict(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'code' in body && body.code === 'handshake_conflict';
}

it('a repeated request is answered alike and appended once; another one under its name is refused', async () => {
  const [hers] = await pair();
  const { body, next } = await hers.prepare();
  const answers = await Promise.all([1, 2, 3].map(() => hers.send(body)));
  expect(answers.map((answer) => answer.body)).toEqual([{ number: 1 }, { number: 1 }, { number: 1 }]);
  expect((await hers.send({ ...body, commit: randomField(3) })).body).toMatchObject({
    code: 'counter_reused',
  });
  hers.state = next;
  hers.follows = 1;
  expect((await hers.send((await hers.prepare()).body)).body).toEqual({ number: 2 });
});

it('who is added reads what comes after the commit, who is removed reads up to it', async () => {
  const dave = await join(server.url, 'dave');
  const sister = await secondDevice(dave);
  const third = await secondDevice(dave);
  const [creator] = await groupOf(dave, [sister]);
  if (creator === undefined) throw new Error('a creator');
  const { groupId: group } = creator;
  const hers = await TestSocket.connect(server.url, dave.token);
  const his = await TestSocket.connect(server.url, sister.token);
  const thirds = await TestSocket.connect(server.url, third.token);
  let counter = 0;
  const say = (text: string) => hers.submit(++counter, group, new TextEncoder().encode(text));
  say('before');
  await his.entry(group, 1);
  const proposals = [remove(1), add(await keyPackageOf(third))];
  const swap = { added: [fieldOf(third)], removed: [sister.device.id] };
  await creator.commit({ proposals }, swap);
  expect(creator.follows).toBe(2);
  say('after');
  const first = await thirds.entry(third.device.id, 1);
  expect(first.bytes && decodeWelcomeEntry(first.bytes)).toMatchObject({ group, after: 2 });
  expect(await thirds.entry(group, 3)).toMatchObject({ kind: ENTRY_KIND.message });
  expect((await his.entry(group, 2)).kind).toBe(ENTRY_KIND.handshake);
  await hers.entry(group, 3);
  expect(thirds.entries.get(group)?.map(({ number }) => number)).toEqual([3]);
  expect(his.entries.get(group)?.map(({ number }) => number)).toEqual([1, 2]);
  his.submit(1, group, systemRandom(9));
  await his.until((frame) => frame.type === 'refused' && frame.code === 'unknown_group');
  const { body } = await creator.prepare();
  const forced = { token: sister.token, body };
  expect((await request(server.url, 'POST', conversations.commit.path, forced)).body).toMatchObject({
    code: 'forbidden',
  });
  await Promise.all([hers.close(), his.close(), thirds.close()]);
});

it("another device of a member's account joins by itself; nobody else does", async () => {
  const [hers] = await pair();
  const { groupId: group } = hers;
  const second = await secondDevice(alice);
  const groups = await call(server.url, conversations.listGroups, {}, second.token);
  expect(groups.groups).toContainEqual({ groupId: group, member: false });
  const { body, member } = await joining(second, group);
  expect((await member.send({ ...body, added: [] })).body).toMatchObject({ code: 'forbidden' });
  const info = await call(server.url, conversations.getGroupInfo, { groupId: group }, second.token);
  expect(info.handshake).toBe(0);
  expect((await member.send(body)).body).toEqual({ number: 1 });
  const socket = await TestSocket.connect(server.url, second.token);
  socket.submit(1, group, systemRandom(5));
  expect(await socket.entry(group, 2)).toMatchObject({ bytes: null });
  expect(socket.entries.get(group)?.map(({ number }) => number)).toEqual([2]);
  const eve = await join(
    server.url,
    `eve${toBase64Url(systemRandom(4))
      .toLowerCase()
      .replaceAll(/[^a-z0-9]/g, '0')}`,
  );
  const forced = await new Member(eve, group, member.state).send({ ...body, added: [fieldOf(eve)] });
  expect(forced.body).toMatchObject({ code: 'unknown_group' });
  const peeked = await request(server.url, 'POST', conversations.getGroupInfo.path, {
    token: eve.token,
    body: { groupId: group },
  });
  expect(peeked.body).toMatchObject({ code: 'unknown_group' });
  await socket.close();
});

it('a device that lost its state comes back in the place of its former leaf', async () => {
  const [hers, his] = await pair();
  const { body, member, bytes } = await joining(alice, hers.groupId, true);
  expect((await member.send(body)).body).toEqual({ number: 1 });
  await his.receive(bytes, 1);
  const renewed = await his.commit();
  await member.receive(renewed.bytes, his.follows);
  expect(member.state.group.tree.memberCount).toBe(2);
});
