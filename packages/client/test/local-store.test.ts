/** What happens around a device's own store: locked, full, of a newer program, and without a connection. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openSqliteStore } from '@sotto/client/node';
import { encodeCbor } from '@sotto/crypto';
import { openTestDevice, type TestDevice, texts } from '@sotto/testkit';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { isOnline, LONG, openScene, outcome, type Scene, settled, untilLine } from './parts.ts';

let scene: Scene;
/** Bob's device, whichever program runs it now. */
let bob: TestDevice;

beforeAll(async () => {
  scene = await openScene();
  bob = scene.bob.device;
}, LONG);
afterEach(() => scene.hostile.behave());
afterAll(async () => {
  await bob.dispose();
  await scene.close();
});

const profile = 'profile.db';
const file = () => join(scene.bob.device.home, profile);
const unreachable = { fetch: () => Promise.reject(new TypeError('offline')) };

async function reopen(platform: Parameters<typeof openTestDevice>[1] = {}): Promise<TestDevice> {
  await bob.close();
  bob = await openTestDevice(scene.hostile.url, { home: scene.bob.device.home, ...platform });
  return bob;
}

it(
  'with the app lock on, opens by the password alone, without a connection too',
  async () => {
    const { password } = scene.bob;
    expect(await outcome(bob.call('setAppLock', { enabled: true, password: 'not this one' }))).toBe(
      'sign_in_refused',
    );
    await bob.call('setAppLock', { enabled: true, password });
    await reopen({ platform: unreachable });
    const locked = await bob.until('session', null, ({ state }) => state === 'locked');
    expect(locked).toMatchObject({ address: scene.bob.address });
    expect(await bob.until('conversations', null, () => true)).toEqual([]);
    expect(await outcome(bob.call('exportAll'))).toBe('locked');
    expect(await outcome(bob.call('unlock', { password: 'not this one' }))).toBe('wrong_password');
    await bob.until('session', null, ({ state }) => state === 'locked');
    await bob.call('unlock', { password });
    const open = await bob.until('session', null, ({ state }) => state === 'signed-in');
    expect(open).toMatchObject({ appLock: true });
    expect(await texts(bob, scene.toAlice, 2)).toEqual(['hello', 'good day']);
    await bob.call('send', { conversation: scene.toAlice, text: 'written offline' });
    await reopen();
    await bob.call('unlock', { password });
    await untilLine(scene.alice.device, scene.toBob, 'written offline');
    await bob.call('setAppLock', { enabled: false, password });
    await reopen();
    await isOnline(bob);
  },
  LONG,
);

it(
  'that is full says so, acknowledges nothing that it has not kept, and goes on when there is space',
  async () => {
    await bob.close();
    const database = new DatabaseSync(file());
    const { page_count: pages } = database.prepare('pragma page_count').get() ?? {};
    database.close();
    const openStore = async () => openSqliteStore(file(), { mostPages: Number(pages) + 4 });
    await reopen({ platform: { openStore } });
    await isOnline(bob);
    const long = 'x'.repeat(4_000);
    for (let i = 0; i < 12; i++) {
      await scene.alice.device.call('send', { conversation: scene.toBob, text: `${i} ${long}` });
    }
    const full = await bob.until(
      'session',
      null,
      (value) => value.state === 'signed-in' && value.problem !== null,
    );
    expect(full).toMatchObject({ problem: { code: 'store_full' } });
    expect(await outcome(bob.call('send', { conversation: scene.toAlice, text: long }))).toBe('store_full');
    const { items } = await bob.until('items', { conversation: scene.toAlice, limit: 100 }, () => true);
    expect(items.length).toBeLessThan(15);
    await reopen();
    const heard = await texts(bob, scene.toAlice, 15);
    expect(heard.slice(3)).toEqual(Array.from({ length: 12 }, (_, i) => `${i} ${long}`));
    const after = await bob.until('items', { conversation: scene.toAlice, limit: 100 }, () => true);
    expect(after.items.every(({ kind }) => kind === 'message')).toBe(true);
    await settled(scene.alice.device, scene.toBob);
  },
  LONG,
);

it(
  'of a newer program is refused and not touched',
  async () => {
    await bob.close();
    const home = mkdtempSync(join(tmpdir(), 'sotto-newer-'));
    cpSync(scene.bob.device.home, home, { recursive: true });
    const store = openSqliteStore(join(home, profile));
    await store.put('format', encodeCbor([99]));
    await store.close();
    const before = readFileSync(join(home, profile));
    const newer = await openTestDevice(scene.hostile.url, { home });
    const stopped = await newer.until('session', null, ({ state }) => state === 'stopped');
    expect(stopped).toMatchObject({ problem: { code: 'store_newer' } });
    expect(await outcome(newer.call('send', { conversation: scene.toAlice, text: 'x' }))).toBe('store_newer');
    await newer.close();
    expect(readFileSync(join(home, profile)).equals(before)).toBe(true);
    rmSync(home, { recursive: true, force: true });
  },
  LONG,
);
