import { systemRandom } from '@sotto/crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { cdp } from 'vitest/browser';
import type { Store } from '../store/store.ts';
import { describeStore } from '../store/store-contract.ts';
import { openDatabase } from './idb.ts';
import { openIndexedDbStore } from './indexeddb-store.ts';

const NAME = 'sotto-test';
const open = () => openIndexedDbStore(NAME, systemRandom);

function removeDatabase(): Promise<void> {
  return new Promise((resolve, reject) => {
    const removing = indexedDB.deleteDatabase(NAME);
    removing.onsuccess = () => resolve();
    removing.onerror = () => reject(removing.error);
  });
}

describeStore('the IndexedDB store keeps the contract', async () => ({ open, remove: removeDatabase }));

const isDone = (): boolean => true;

describe('the IndexedDB store', () => {
  const opened: Store[] = [];
  const openOne = async () => {
    const store = await open();
    opened.push(store);
    return store;
  };
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
    // While the browser still clears the data of the site, it ends requests.
    await expect.poll(() => removeDatabase().then(isDone, () => false)).toBe(true);
  });

  test('refuses with store_full beyond the quota, keeps what it has and goes on when there is space', async () => {
    const quota = { origin: location.origin };
    await cdp().send('Storage.overrideQuotaForOrigin', { ...quota, quotaSize: 1_000_000 });
    // Chromium remembers for a while how much space there was, until the site's data are cleared.
    await cdp().send('Storage.clearDataForOrigin', { ...quota, storageTypes: 'indexeddb' });
    const store = await openOne();
    try {
      await store.put('kept', Uint8Array.of(1));
      const tooMuch = store.batch([
        { put: 'kept', value: Uint8Array.of(2) },
        { put: 'large', value: systemRandom(4 << 20) },
      ]);
      await expect(tooMuch).rejects.toMatchObject({ code: 'store_full' });
      expect(await store.get('kept')).toEqual(Uint8Array.of(1));
      expect(await store.get('large')).toBeUndefined();
    } finally {
      await cdp().send('Storage.overrideQuotaForOrigin', quota);
    }
    await store.put('large', systemRandom(4 << 20));
    expect(await store.get('large')).toHaveLength(4 << 20);
  });

  test('[K10] can be written by its newest opening only, whatever an older one had begun', async () => {
    const old = await openOne();
    await old.put('counter', Uint8Array.of(1));
    const newer = await openOne();
    await expect(old.put('counter', Uint8Array.of(2))).rejects.toMatchObject({ code: 'profile_in_use' });
    await expect(old.clear()).rejects.toMatchObject({ code: 'profile_in_use' });
    expect(await newer.get('counter')).toEqual(Uint8Array.of(1));
    await newer.put('counter', Uint8Array.of(3));
    expect(await newer.get('counter')).toEqual(Uint8Array.of(3));
  });

  test('[K10] positive control: without the fence both connections write', async () => {
    const store = await openOne();
    const other = await openDatabase(NAME, () => undefined);
    await store.put('counter', Uint8Array.of(1));
    const transaction = other?.transaction('records', 'readwrite');
    transaction?.objectStore('records').put(Uint8Array.of(2), 'counter');
    await store.put('else', Uint8Array.of(1));
    expect(await store.get('counter')).toEqual(Uint8Array.of(2));
    other?.close();
  });

  test('is refused as newer where the database is of a later version', async () => {
    const newer = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open(NAME, 2);
      opening.onsuccess = () => resolve(opening.result);
    });
    await expect(open()).rejects.toMatchObject({ code: 'store_newer' });
    newer.close();
  });

  test('is not made where one was expected', async () => {
    const missing = openIndexedDbStore(NAME, systemRandom, true);
    await expect(missing).rejects.toMatchObject({ code: 'store_evicted' });
    expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain(NAME);
  });

  test('says that it was removed when the browser clears the data of the site under it', async () => {
    const store = await openOne();
    await store.put('a', Uint8Array.of(1));
    await cdp().send('Storage.clearDataForOrigin', { origin: location.origin, storageTypes: 'indexeddb' });
    await expect.poll(() => store.get('a').catch((error) => error.code)).toBe('store_evicted');
    await expect(store.put('a', Uint8Array.of(2))).rejects.toMatchObject({ code: 'store_evicted' });
  });
});
