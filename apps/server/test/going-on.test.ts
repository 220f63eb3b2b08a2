/**
 * What the server cannot see of a commit, the members see: one that they ignore holds up nobody, over restarts and from
 * a backup too. And a server that looks at nothing, as the control.
 */
import { join as joinPath } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { conversations } from '@sotto/contract';
import { systemRandom, toBase64Url } from '@sotto/crypto';
import type { CommitOptions } from '@sotto/mls';
import { afterAll, afterEach, expect, it } from 'vitest';
import { STATES_KEPT } from '../src/conversations/following/states.ts';
import { backup, restore } from '../src/platform/backup.ts';
import { DATABASE_FILE } from '../src/platform/database/database.ts';
import { CREDULOUS } from './following-parts.ts';
import { flipLast, openMessage, sealMessage, withWrongTag } from './forge.ts';
import { type CommitBody, groupOf, joining, Member, remove } from './groups.ts';
import { addDevice, call, join, openSession, randomField, TestSocket } from './peer.ts';
import { cleanUp, newFolder, start, type TestServer } from './running.ts';

let server: TestServer;
afterEach(() => server.close());
afterAll(cleanUp);

/** Alice and Bob in a group. */
async function pair(): Promise<{ readonly hers: Member; readonly his: Member }> {
  const [alice, bob] = [await join(server.url, 'alice'), await join(server.url, 'bob')];
  const [hers, his] = await groupOf(alice, [bob]);
  if (hers === undefined || his === undefined) throw new Error('two members');
  return { hers, his };
}

/** Makes a commit that no member can follow, and no server can tell. Its maker goes on from it. The commit's bytes. */
async function mislead(
  member: Member,
  options: CommitOptions = {},
  some: Partial<CommitBody> = {},
): Promise<Uint8Array> {
  const prepared = await member.prepare(options);
  const { commit, next } = await withWrongTag(prepared.bytes, prepared.next);
  const answer = await member.send(await member.bodyOf(commit, next, prepared.welcome, some));
  expect(answer).toMatchObject({ status: 200 });
  member.state = next;
  member.follows += 1;
  return commit;
}

/** The member at another server. */
function movedTo({ url }: TestServer, { who, groupId, state, follows }: Member, token = who.token): Member {
  const member = new Member({ ...who, token, person: { ...who.person, url } }, groupId, state);
  member.follows = follows;
  return member;
}

const codeOf = async (member: Member, body: CommitBody) => (await member.send(body)).body;

it('a commit that the members ignore leaves the epoch open: they go on from where they are', async () => {
  server = await start();
  const { hers, his } = await pair();
  const commit = await mislead(hers);
  await expect(his.receive(commit, 1)).rejects.toMatchObject({ code: 'bad-membership-tag' });
  await his.commit();
  // Its maker may go on from it, as far as the server knows: that holds up nobody.
  hers.follows = his.follows;
  await hers.commit();
  his.follows = hers.follows;
  await his.commit();
  expect(his.follows).toBe(4);
});

it('over a restart, and on a server that was restored from a backup, they go on as well', async () => {
  server = await start();
  const { hers, his } = await pair();
  await mislead(hers);
  await server.close();
  server = await start({ data: server.data });
  const later = movedTo(server, his);
  later.follows = 1;
  await later.commit();
  const file = joinPath(newFolder(), 'sotto.backup');
  await backup(server.data, file, { secrets: true });
  await server.close();
  const data = joinPath(newFolder(), 'restored');
  restore(file, data);
  server = await start({ data });
  const { person, device } = his.who;
  const token = await openSession(server.url, person.accountId, device);
  const restored = movedTo(server, later, token);
  const { body, bytes } = await restored.prepare();
  const broken = { ...body, commit: toBase64Url(flipLast(bytes.slice(0, -1))) };
  expect(await codeOf(restored, broken)).toMatchObject({ code: 'handshake_invalid' });
  expect(await codeOf(restored, body)).toEqual({ number: 3 });
});

it('control: a server that keeps the newest state only is held up by one such commit', async () => {
  server = await start();
  const { hers, his } = await pair();
  await mislead(hers);
  await server.close();
  const database = new DatabaseSync(joinPath(server.data, DATABASE_FILE));
  database.exec('delete from group_states where number = 0');
  database.close();
  server = await start({ data: server.data });
  const later = movedTo(server, his);
  later.follows = 1;
  expect(await codeOf(later, (await later.prepare()).body)).toMatchObject({ code: 'handshake_invalid' });
});

it('who was removed by a commit that the members ignore reads on when one of them commits', async () => {
  server = await start();
  const [alice, bob] = [await join(server.url, 'alice'), await join(server.url, 'bob')];
  const phone = { person: bob.person, ...(await addDevice(bob.person)) };
  const [hers, his] = await groupOf(alice, [bob, phone]);
  if (hers === undefined || his === undefined) throw new Error('members');
  const { groupId } = hers;
  const reading = await TestSocket.connect(server.url, phone.token);
  const writing = await TestSocket.connect(server.url, bob.token);
  await mislead(hers, { proposals: [remove(2)] }, { removed: [phone.device.id] });
  await reading.entry(groupId, 1);
  writing.submit(1, groupId, systemRandom(20));
  await writing.entry(groupId, 2);
  expect(reading.entries.get(groupId)).toHaveLength(1);
  his.follows = 1;
  await his.commit();
  await reading.entry(groupId, 3);
  expect(reading.entries.get(groupId)?.map(({ number }) => number)).toEqual([1, 2, 3]);
  reading.submit(1, groupId, systemRandom(20));
  await writing.entry(groupId, 4);
  await Promise.all([reading.close(), writing.close()]);
});

it('more such commits than states are kept: the others come back from outside', async () => {
  server = await start();
  const { hers, his } = await pair();
  for (let count = 1; count < STATES_KEPT; count++) await mislead(hers);
  his.follows = hers.follows;
  const { body } = await his.prepare();
  await mislead(hers);
  const late = { ...body, follows: hers.follows };
  expect(await codeOf(his, late)).toMatchObject({ code: 'handshake_invalid' });
  const back = await joining(his.who, his.groupId, true);
  expect(await codeOf(back.member, back.body)).toEqual({ number: STATES_KEPT + 1 });
});

it('control: a server that looks at nothing takes what is invalid, and the members ignore it and go on', async () => {
  server = await start({}, { follower: () => CREDULOUS });
  const { hers, his } = await pair();
  const { body, bytes } = await hers.prepare();
  const message = openMessage(bytes);
  const auth = { ...message.auth, signature: flipLast(message.auth.signature) };
  const broken = sealMessage({ ...message, auth });
  expect(await codeOf(hers, { ...body, commit: toBase64Url(broken) })).toEqual({ number: 1 });
  await expect(his.receive(broken, 1)).rejects.toMatchObject({ code: 'bad-membership-tag' });
  const renewed = await his.commit();
  await hers.receive(renewed.bytes, his.follows);
  expect(hers.state.group.context.epoch).toBe(his.state.group.context.epoch);
});

it('a group of before, which nobody follows, carries messages and takes no commit', async () => {
  server = await start({}, { follower: () => CREDULOUS });
  const { hers } = await pair();
  const { body } = await hers.prepare();
  await call(server.url, conversations.commit, { ...body, groupInfo: randomField(300) }, hers.who.token);
  hers.follows = 1;
  await server.close();
  server = await start({ data: server.data });
  const later = movedTo(server, hers);
  const commit = (await later.prepare()).body;
  expect(await later.send(commit)).toMatchObject({ status: 422, body: { code: 'group_unsupported' } });
  const socket = await TestSocket.connect(server.url, hers.who.token);
  socket.submit(1, hers.groupId, systemRandom(20));
  await socket.entry(hers.groupId, 2);
  await socket.close();
});
