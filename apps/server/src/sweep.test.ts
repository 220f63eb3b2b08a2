import { join as joinPath } from 'node:path';
import { LIMITS } from '@sotto/contract';
import { systemRandom } from '@sotto/crypto/public';
import { afterAll, expect, it } from 'vitest';
import { newGroup } from '../test/groups.ts';
import { join, openSession, TestSocket } from '../test/peer.ts';
import { cleanUp, start } from '../test/running.ts';
import { DATABASE_FILE, openDatabase } from './platform/database/database.ts';

afterAll(cleanUp);

it('entries go after thirty days: a device that was away sees a gap, and what comes after it', async () => {
  let time = Date.now();
  const now = () => time;
  const first = await start({}, { now });
  const [alice, bob] = [await join(first.url, 'alice'), await join(first.url, 'bob')];
  const group = await newGroup(alice, [bob]);
  const before = await TestSocket.connect(first.url, alice.token);
  before.submit(1, group, systemRandom(5));
  await before.entry(group, 1);
  await before.close();
  await first.close();
  time += LIMITS.entryLife - 3_600_000;
  const second = await start({ data: first.data }, { now });
  const token = await openSession(second.url, alice.person.accountId, alice.device);
  const socket = await TestSocket.connect(second.url, token);
  socket.submit(2, group, systemRandom(5));
  await socket.entry(group, 2);
  await socket.close();
  await second.close();
  time += 3_600_001;
  const third = await start({ data: first.data }, { now });
  const his = await TestSocket.connect(
    third.url,
    await openSession(third.url, bob.person.accountId, bob.device),
  );
  await his.entry(group, 2);
  expect(his.entries.get(group)?.map(({ number }) => number)).toEqual([2]);
  expect(his.entries.get(bob.device.id)).toBeUndefined();
  await his.close();
  await third.close();
  const database = await openDatabase(joinPath(first.data, DATABASE_FILE));
  const tokens = await database.tables.selectFrom('sessions').select('expires').execute();
  expect(tokens.every(({ expires }) => expires > time)).toBe(true);
  await database.close();
});
