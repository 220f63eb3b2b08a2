import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeCbor } from '@sotto/crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSqliteStore } from '../node/sqlite-store.ts';
import type { Store } from './store.ts';
import { checkStoreFormat, STORE_FORMAT } from './store-format.ts';

let home: string;
let store: Store;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'sotto-format-'));
  store = openSqliteStore(join(home, 'store.db'));
});
afterEach(async () => {
  await store.close();
  await rm(home, { recursive: true });
});

async function expectRefused(code: string): Promise<void> {
  const before = await store.range({ prefix: '' });
  await expect(checkStoreFormat(store)).rejects.toMatchObject({ code });
  expect(await store.range({ prefix: '' })).toEqual(before);
}

describe('the format of the store', () => {
  test('is written into an empty store and known again', async () => {
    await checkStoreFormat(store);
    const written = encodeCbor([STORE_FORMAT]);
    expect(await store.range({ prefix: '' })).toEqual([['format', written]]);
    await checkStoreFormat(store);
    expect(await store.range({ prefix: '' })).toEqual([['format', written]]);
  });

  test('is refused with a sentence when it is newer, whatever follows the number, and nothing is changed', async () => {
    await store.put('format', encodeCbor([STORE_FORMAT + 1]));
    await expectRefused('store_newer');
    await store.put('format', encodeCbor([STORE_FORMAT + 40, 'more', { of: 'it' }]));
    await expectRefused('store_newer');
    await expect(checkStoreFormat(store)).rejects.toThrow('Update Sotto');
  });

  test('is damaged when it cannot be read or is missing beside other records', async () => {
    for (const record of [
      new Uint8Array(),
      encodeCbor([]),
      encodeCbor([0]),
      encodeCbor(['1']),
      encodeCbor(1),
    ]) {
      await store.put('format', record);
      await expectRefused('store_damaged');
    }
    await store.delete('format');
    await store.put('other', Uint8Array.of(1));
    await expectRefused('store_damaged');
  });
});
