/** What was acknowledged is there: after kill -9, on a full disk, in a backup, and in a database of an older program. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { identity, type ServerFrame } from '@sotto/contract';
import { systemRandom } from '@sotto/crypto';
import { sql } from 'kysely';
import { afterAll, expect, it } from 'vitest';
import { backup, restore } from '../src/platform/backup.ts';
import { DATABASE_FILE, openDatabase } from '../src/platform/database/database.ts';
import { secretsFile } from '../src/platform/secrets.ts';
import { newGroup } from './groups.ts';
import { call, join, openSession, recover, request, signIn, TestSocket } from './peer.ts';
import { cleanUp, newFolder, start } from './running.ts';

afterAll(cleanUp);

const CHILD = fileURLToPath(new URL('child.ts', import.meta.url));

async function startChild(data: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', CHILD, data], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (line: Buffer) => resolve(line.toString().trim()));
    child.once('exit', () => reject(new Error('the server did not start')));
  });
  return { child, url };
}

async function killed(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

function readyOf(socket: TestSocket): Promise<Extract<ServerFrame, { type: 'ready' }>> {
  return socket.until((frame) => frame.type === 'ready');
}

it('a server killed while messages stream loses none that it acknowledged and duplicates none', async () => {
  const data = newFolder();
  let running = await startChild(data);
  const alice = await join(running.url, 'alice');
  const bob = await join(running.url, 'bob');
  const group = await newGroup(alice, [bob]);
  const sent = new Map<number, string>();
  let acknowledged = 0;
  for (let round = 0; round < 3; round++) {
    const socket = await TestSocket.connect(running.url, alice.token);
    let { counter } = await readyOf(socket);
    expect(counter).toBeGreaterThanOrEqual(acknowledged);
    for (let i = 0; i < 60; i++) {
      const bytes = systemRandom(500);
      sent.set(++counter, Buffer.from(bytes).toString('hex'));
      socket.submit(counter, group, bytes);
    }
    await socket.until(() => (socket.entries.get(group)?.at(-1)?.counter ?? 0) > acknowledged + round * 7);
    await killed(running.child);
    acknowledged = Math.max(acknowledged, socket.entries.get(group)?.at(-1)?.counter ?? 0);
    running = await startChild(data);
  }
  const his = await TestSocket.connect(running.url, bob.token);
  const hers = await TestSocket.connect(running.url, alice.token);
  const { counter } = await readyOf(hers);
  expect(counter).toBeGreaterThanOrEqual(acknowledged);
  await his.entry(group, counter);
  const read = his.entries.get(group) ?? [];
  expect(read.map((entry) => entry.number)).toEqual(Array.from({ length: counter }, (_, index) => index + 1));
  expect(read.map((entry) => entry.counter)).toEqual(read.map((entry) => entry.number));
  // A counter goes out again only where it was not taken, so what was sent last under it is what must be there.
  for (const { counter: number, bytes } of read) {
    expect(Buffer.from(bytes ?? []).toString('hex')).toBe(sent.get(number));
  }
  await Promise.all([his.close(), hers.close()]);
  await killed(running.child);
}, 120_000);

it('a full disk refuses with storage_full, acknowledges nothing that it lost, and recovers', async () => {
  const data = newFolder();
  const server = await start({ data });
  const alice = await join(server.url, 'alice');
  const group = await newGroup(alice, []);
  await server.close();
  // SQLite refuses beyond its page limit as it does on a full disk.
  const small = await start({ data }, { mostPages: pagesOf(data) + 40 });
  const socket = await TestSocket.connect(small.url, alice.token);
  const bytes = systemRandom(60_000);
  let counter = 0;
  const refused = socket.until((frame) => frame.type === 'refused');
  while (!socket.frames.some(({ type }) => type === 'refused') && counter < 100) {
    socket.submit(++counter, group, bytes);
    await Promise.race([refused, socket.entry(group, counter)]);
  }
  const taken = counter - 1;
  expect(await refused).toEqual({ type: 'refused', counter, code: 'storage_full' });
  const label = { token: alice.token, body: { label: 'A'.repeat(600) } };
  expect((await request(small.url, 'POST', identity.setDeviceLabel.path, label)).status).not.toBe(500);
  await socket.close();
  await small.close();
  const roomy = await start({ data });
  const again = await TestSocket.connect(roomy.url, alice.token);
  expect((await readyOf(again)).counter).toBe(taken);
  again.submit(counter, group, bytes);
  expect(await again.entry(group, counter)).toMatchObject({ counter });
  expect(again.entries.get(group)?.map(({ number }) => number)).toEqual(
    Array.from({ length: counter }, (_, index) => index + 1),
  );
  await again.close();
  await roomy.close();
});

function pagesOf(data: string): number {
  const database = new DatabaseSync(joinPath(data, DATABASE_FILE));
  const pages = Number(database.prepare('pragma page_count').get()?.page_count);
  database.close();
  return pages;
}

it('a backup of a running server restores to one that goes on, and its streams say so', async () => {
  const server = await start();
  const alice = await join(server.url, 'alice');
  const group = await newGroup(alice, []);
  const socket = await TestSocket.connect(server.url, alice.token);
  socket.submit(1, group, systemRandom(9));
  await socket.entry(group, 1);
  const file = joinPath(newFolder(), 'sotto.backup');
  await backup(server.data, file, { secrets: true });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(existsSync(`${file}-wal`)).toBe(false);
  await expect(backup(server.data, file, { secrets: true })).rejects.toMatchObject({ code: 'backup_failed' });
  await socket.close();
  await server.close();
  const data = joinPath(newFolder(), 'restored');
  expect(restore(file, data)).toEqual({ secrets: true });
  expect(readFileSync(secretsFile(data))).toEqual(readFileSync(secretsFile(server.data)));
  expect(() => restore(file, data)).toThrow('not empty');
  const again = await start({ data });
  expect(await signIn(again.url, 'alice', alice.person.password)).toHaveLength(43);
  // Sessions are no part of a backup: devices open new ones.
  expect((await request(again.url, 'GET', identity.listDevices.path, { token: alice.token })).status).toBe(
    401,
  );
  const token = await openSession(again.url, alice.person.accountId, alice.device);
  const back = await TestSocket.connect(again.url, token);
  expect(await readyOf(back)).toMatchObject({ counter: 1, incarnation: 2 });
  await back.entry(group, 1);
  await back.close();
  await again.close();
});

it('without its secrets a backup holds no OPAQUE setup: passwords are lost, recovery codes work', async () => {
  const server = await start();
  const alice = await join(server.url, 'alice');
  const file = joinPath(newFolder(), 'sotto.backup');
  await backup(server.data, file, { secrets: false });
  const setup = readFileSync(secretsFile(server.data), 'utf8').trim();
  expect(readFileSync(file).includes(setup)).toBe(false);
  await server.close();
  const data = newFolder();
  expect(restore(file, data)).toEqual({ secrets: false });
  const again = await start({ data });
  await expect(signIn(again.url, 'alice', alice.person.password)).rejects.toThrow('wrong password');
  expect(await recover({ ...alice.person, url: again.url })).toHaveLength(43);
  await again.close();
});

it('what is no backup, or a damaged one, is not restored', async () => {
  const server = await start();
  const file = joinPath(newFolder(), 'sotto.backup');
  await backup(server.data, file, { secrets: false });
  await server.close();
  const damaged = readFileSync(file).fill(0x5a, 8_192, 40_000);
  for (const content of [damaged, Buffer.from('not a database'), readFileSync(file).subarray(0, 20_000)]) {
    const bad = joinPath(newFolder(), 'bad');
    writeFileSync(bad, content);
    const target = newFolder();
    expect(() => restore(bad, target)).toThrow('no backup of Sotto');
    expect(existsSync(joinPath(target, DATABASE_FILE))).toBe(false);
  }
});

it('a database of version 1 opens, and its people are there', async () => {
  const data = newFolder();
  const old = new DatabaseSync(joinPath(data, DATABASE_FILE));
  old.exec(readFileSync(new URL('../fixtures/version-1.sql', import.meta.url), 'utf8'));
  old.close();
  const server = await start({ data });
  const info = await call(server.url, identity.server, {});
  expect(info.first).toBe(false);
  await server.close();
  const database = await openDatabase(joinPath(data, DATABASE_FILE));
  const names = await database.tables.selectFrom('accounts').select('name').execute();
  expect(names).toEqual([{ name: 'alice' }]);
  const entries = await database.tables.selectFrom('entries').select(['number', 'kind']).execute();
  expect(entries.length).toBeGreaterThan(0);
  await database.close();
});

it('a database that a newer program wrote is refused with a sentence', async () => {
  const file = joinPath(newFolder(), DATABASE_FILE);
  await (await openDatabase(file)).close();
  const newer = new DatabaseSync(file);
  newer.exec("insert into kysely_migration values ('9999-later', '2030-01-01T00:00:00.000Z')");
  newer.close();
  await expect(openDatabase(file)).rejects.toMatchObject({ code: 'data_newer' });
});

it('what SQLite does not store is refused, not stored as NULL', async () => {
  const database = await openDatabase(joinPath(newFolder(), DATABASE_FILE));
  await expect(sql`select ${new Date()} as time`.execute(database.tables)).rejects.toThrow('does not store');
  await database.close();
});

it('only the one who runs the server may read its files', async () => {
  const data = newFolder();
  chmodSync(data, 0o700);
  const server = await start({ data });
  for (const name of [DATABASE_FILE, `${DATABASE_FILE}-wal`, 'secrets/opaque-setup']) {
    expect(statSync(joinPath(data, name)).mode & 0o077).toBe(0);
  }
  await server.close();
});
