import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { describeStore } from '../store/store-contract.ts';
import { openSqliteStore } from './sqlite-store.ts';

let home: string;
let path: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'sotto-store-'));
  path = join(home, 'profile', 'store.db');
});
afterEach(() => rm(home, { recursive: true }));

describeStore('the SQLite store keeps the contract', async () => ({
  open: async () => openSqliteStore(path),
  remove: async () => undefined,
}));

describe('the SQLite store', () => {
  test('makes a file and a directory that only their owner can read', async () => {
    const store = openSqliteStore(path);
    await store.put('a', Uint8Array.of(1));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(`${path}-wal`)).mode & 0o777).toBe(0o600);
    expect((await stat(join(home, 'profile'))).mode & 0o777).toBe(0o700);
    await store.close();
  });

  test('refuses with store_full when it can grow no more, keeps what it has and goes on when it can', async () => {
    const store = openSqliteStore(path, { mostPages: 24 });
    await store.put('kept', Uint8Array.of(1));
    const tooMuch = store.batch([
      { put: 'kept', value: Uint8Array.of(2) },
      { put: 'large', value: new Uint8Array(1 << 20) },
    ]);
    await expect(tooMuch).rejects.toMatchObject({ code: 'store_full' });
    expect(await store.get('kept')).toEqual(Uint8Array.of(1));
    expect(await store.get('large')).toBeUndefined();
    await store.put('small', Uint8Array.of(3));
    await store.close();
    const roomy = openSqliteStore(path);
    await roomy.put('large', new Uint8Array(1 << 20));
    expect(await roomy.get('small')).toEqual(Uint8Array.of(3));
    await roomy.close();
  });

  test('calls a file that is no store damaged', async () => {
    const other = join(home, 'other.db');
    await writeFile(other, 'this is a letter and no database, however long one looks at it'.repeat(40));
    expect(() => openSqliteStore(other)).toThrow(expect.objectContaining({ code: 'store_damaged' }));
  });

  test('says store_failed where there can be no file', () => {
    expect(() => openSqliteStore(join(home, 'profile\0'))).toThrow(
      expect.objectContaining({ code: 'store_failed' }),
    );
  });

  test('[K10] is held by one at a time, and free again once closed', async () => {
    const first = openSqliteStore(path);
    expect(() => openSqliteStore(path)).toThrow(expect.objectContaining({ code: 'profile_in_use' }));
    await first.put('a', Uint8Array.of(1));
    expect(() => openSqliteStore(path)).toThrow(expect.objectContaining({ code: 'profile_in_use' }));
    await first.close();
    await openSqliteStore(path).close();
  });

  test('[K10] positive control: without the lock two hold it, and one overwrites the other', async () => {
    vi.resetModules();
    vi.doMock('./hold-database.ts', () => ({ holdDatabase: () => undefined }));
    const weak = await import('./sqlite-store.ts');
    vi.doUnmock('./hold-database.ts');
    const [first, second] = [weak.openSqliteStore(path), weak.openSqliteStore(path)];
    await first.put('counter', Uint8Array.of(1));
    await second.put('counter', Uint8Array.of(1));
    expect(await first.get('counter')).toEqual(Uint8Array.of(1));
    await first.close();
    await second.close();
  });
});
