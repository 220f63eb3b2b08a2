/** Profiles as older versions wrote them open in this one. Fixtures are never made again, only added to. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordKey, systemRandom } from '@sotto/crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { openProfileKey } from '../node/profile-key.ts';
import { openSqliteStore } from '../node/sqlite-store.ts';
import { SealedStore } from './sealed-store.ts';
import { checkStoreFormat } from './store-format.ts';
import { openStoreKey } from './store-key.ts';

const fixture = z.object({ profileKey: z.string(), store: z.string(), lockedStore: z.string() });

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'sotto-old-'));
});
afterEach(() => rm(home, { recursive: true }));

/** Reads everything in the fixture's store, as a device would at its start. */
async function readProfile(which: 'store' | 'lockedStore', password?: string) {
  const text = await readFile(new URL('./fixtures/profile-1.json', import.meta.url), 'utf8');
  const files = fixture.parse(JSON.parse(text));
  await writeFile(join(home, 'profile.key'), files.profileKey, 'base64');
  await writeFile(join(home, 'store.db'), files[which], 'base64');
  const store = openSqliteStore(join(home, 'store.db'));
  try {
    await checkStoreFormat(store);
    const place = { store, profileKey: openProfileKey(home, systemRandom) };
    const opened = await openStoreKey(place, password === undefined ? {} : { password });
    if (opened.state !== 'open') return opened;
    const sealed = SealedStore.open(store, await recordKey(opened.key), systemRandom);
    return { address: opened.address, records: await sealed.range({ prefix: '' }) };
  } finally {
    await store.close();
  }
}

const CONTENT = {
  address: 'alice@example.org',
  records: [
    ['note/1', { text: 'sotto voce', number: 7, bytes: Uint8Array.of(1, 2, 3), none: null }],
    ['note/2', [true, -1, 'two']],
  ],
};

describe('a profile of store format 1', () => {
  test('opens and holds what it held', async () => {
    expect(await readProfile('store')).toEqual(CONTENT);
  });

  test('with the app lock on is locked, and opens with its password', async () => {
    expect(await readProfile('lockedStore')).toEqual({ state: 'locked', address: 'alice@example.org' });
    expect(await readProfile('lockedStore', 'correct horse')).toEqual(CONTENT);
  });
});
