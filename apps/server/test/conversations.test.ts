/** Key packages, groups and commits against a real server. */
import { conversations, decodeWelcomeEntry, ENTRY_KIND } from '@sotto/contract';
import { systemRandom, toBase64Url } from '@sotto/crypto';
import { type DeviceId, type GroupId, newId } from '@sotto/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addDevice, call, type Joined, join, newGroup, randomField, request, TestSocket } from './peer.ts';
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

const bodyOf = (groupId: GroupId, follows: number, some: object = {}) => ({
  groupId,
  follows,
  request: randomField(16),
  commit: randomField(200),
  groupInfo: randomField(200),
  added: [],
  removed: [],
  welcome: null,
  ...some,
});
const commitAs = (who: { token: string }, body: object) =>
  request(server.url, 'POST', conversations.commit.path, { token: who.token, body });
const memberOf = ({ person, device }: Pick<Joined, 'person' | 'device'>) => ({
  accountId: person.accountId,
  deviceId: device.id,
});

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
  const create = (body: object) =>
    request(server.url, 'POST', conversations.createGroup.path, { token: bob.token, body });
  const base = { groupId, members: [], welcome: null, groupInfo: randomField(9) };
  expect((await create(base)).body).toMatchObject({ code: 'group_exists' });
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
      const group = await newGroup(alice, [bob]);
      let follows = 0;
      for (let round = 0; round < 2; round++) {
        const answers = await Promise.all(
          senders.map((his) => commitAs(his ? bob : alice, bodyOf(group, follows))),
        );
        const won = answers.filter(({ status }) => status === 200);
        expect(won).toHaveLength(1);
        expect(answers.filter(({ status }) => status === 409)).toHaveLength(senders.length - 1);
        follows++;
        expect(won[0]?.body).toEqual({ number: follows });
      }
    }),
    { numRuns: 5 },
  );
});

it('a repeated request is answered alike and appended once; another one under its name is refused', async () => {
  const group = await newGroup(alice, [bob]);
  const body = bodyOf(group, 0);
  const answers = await Promise.all([1, 2, 3].map(() => commitAs(alice, body)));
  expect(answers.map((answer) => answer.body)).toEqual([{ number: 1 }, { number: 1 }, { number: 1 }]);
  expect((await commitAs(alice, { ...body, commit: randomField(3) })).body).toMatchObject({
    code: 'counter_reused',
  });
  expect((await commitAs(alice, bodyOf(group, 1))).body).toEqual({ number: 2 });
});

it('who is added reads what comes after the commit, who is removed reads up to it', async () => {
  const dave = await join(server.url, 'dave');
  const group = await newGroup(alice, [bob]);
  const hers = await TestSocket.connect(server.url, alice.token);
  const his = await TestSocket.connect(server.url, bob.token);
  const daves = await TestSocket.connect(server.url, dave.token);
  let counter = (hers.frames[0] as { counter: number }).counter;
  const say = (text: string) => hers.submit(++counter, group, new TextEncoder().encode(text));
  say('before');
  await his.entry(group, 1);
  const welcome = randomField(40);
  const swap = bodyOf(group, 0, { added: [memberOf(dave)], removed: [bob.device.id], welcome });
  expect((await commitAs(alice, swap)).body).toEqual({ number: 2 });
  say('after');
  const first = await daves.entry(dave.device.id, 1);
  expect(first.bytes && decodeWelcomeEntry(first.bytes)).toMatchObject({ group, after: 2 });
  expect(await daves.entry(group, 3)).toMatchObject({ kind: ENTRY_KIND.message });
  expect((await his.entry(group, 2)).kind).toBe(ENTRY_KIND.handshake);
  await hers.entry(group, 3);
  expect(daves.entries.get(group)?.map(({ number }) => number)).toEqual([3]);
  expect(his.entries.get(group)?.map(({ number }) => number)).toEqual([1, 2]);
  his.submit((his.frames[0] as { counter: number }).counter + 1, group, systemRandom(9));
  await his.until((frame) => frame.type === 'refused' && frame.code === 'unknown_group');
  expect((await commitAs(bob, bodyOf(group, 2))).body).toMatchObject({ code: 'unknown_group' });
  await Promise.all([hers.close(), his.close(), daves.close()]);
});

it("another device of a member's account joins by itself; nobody else does", async () => {
  const group = await newGroup(alice, [bob]);
  const second = { person: alice.person, ...(await addDevice(alice.person)) };
  const groups = await call(server.url, conversations.listGroups, {}, second.token);
  expect(groups.groups).toContainEqual({ groupId: group, member: false });
  expect((await commitAs(second, bodyOf(group, 0))).body).toMatchObject({ code: 'forbidden' });
  const info = await call(server.url, conversations.getGroupInfo, { groupId: group }, second.token);
  expect(info.handshake).toBe(0);
  expect((await commitAs(second, bodyOf(group, 0, { added: [memberOf(second)] }))).body).toEqual({
    number: 1,
  });
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
  const forced = await commitAs(eve, bodyOf(group, 1, { added: [memberOf(eve)] }));
  expect(forced.body).toMatchObject({ code: 'unknown_group' });
  const peeked = await request(server.url, 'POST', conversations.getGroupInfo.path, {
    token: eve.token,
    body: { groupId: group },
  });
  expect(peeked.body).toMatchObject({ code: 'unknown_group' });
  await socket.close();
});
