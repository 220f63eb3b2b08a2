import { systemRandom, utf8 } from '@sotto/crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { cdp } from 'vitest/browser';
import { checkStoreFormat } from '../store/store-format.ts';
import { createStoreKey, openStoreKey, setLock } from '../store/store-key.ts';
import { browserProfile } from './profile.ts';

const profile = () => browserProfile('sotto-test', systemRandom);
/** The browser may still be closing connections when it says that it has cleared: a database that opens ends the wait. */
async function clear(storageTypes: string): Promise<void> {
  await cdp().send('Storage.clearDataForOrigin', { origin: location.origin, storageTypes });
  await expect.poll(canOpen).toBe(true);
}

function canOpen(): Promise<boolean> {
  return new Promise((resolve) => {
    const opening = indexedDB.open('sotto-probe');
    opening.onerror = () => resolve(false);
    opening.onsuccess = () => {
      opening.result.close();
      resolve(true);
    };
  });
}

afterEach(() => clear('indexeddb,cache_storage'));

/** What a device does when it signs in. */
async function signIn() {
  const { profileKey, openStore } = profile();
  const store = await openStore();
  await checkStoreFormat(store);
  const key = await createStoreKey({ store, profileKey, random: systemRandom }, 'alice@example.org');
  return { store, profileKey, key };
}

describe('the profile of a browser', () => {
  test('opens again with the key that it was made with', async () => {
    const { store, key } = await signIn();
    await store.close();
    const later = profile();
    const reopened = await later.openStore();
    const opened = await openStoreKey({ store: reopened, profileKey: later.profileKey });
    expect(opened).toMatchObject({ state: 'open', address: 'alice@example.org', key });
    await reopened.close();
  });

  test('has a key that scripts cannot read back', async () => {
    const { store } = await signIn();
    const database = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open('sotto-test-profile');
      opening.onsuccess = () => resolve(opening.result);
    });
    const key = await new Promise<CryptoKey>((resolve) => {
      const reading = database.transaction('keys').objectStore('keys').get('profile');
      reading.onsuccess = () => resolve(reading.result);
    });
    expect(key.extractable).toBe(false);
    await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow();
    database.close();
    await store.close();
  });

  test.each(['the store', 'all of IndexedDB'])(
    'says once that the browser has removed %s, and then begins anew',
    async (what) => {
      const { store } = await signIn();
      await store.close();
      if (what === 'the store') indexedDB.deleteDatabase('sotto-test');
      else await clear('indexeddb');
      await expect(profile().openStore()).rejects.toMatchObject({ code: 'store_evicted' });
      const { profileKey, openStore } = profile();
      const anew = await openStore();
      expect(await openStoreKey({ store: anew, profileKey })).toEqual({ state: 'none' });
      await anew.close();
    },
  );

  test('does not miss a store where nobody was signed in, or where the person has signed out', async () => {
    const unused = await profile().openStore();
    await unused.close();
    await clear('indexeddb');
    const { store, profileKey } = await signIn();
    await store.clear();
    await profileKey.forget();
    await store.close();
    await clear('indexeddb');
    await (await profile().openStore()).close();
  });

  test('has another key once the app lock is on: a copy of the record from before opens nothing', async () => {
    const { store, profileKey, key } = await signIn();
    const before = (await store.get('lock')) ?? new Uint8Array();
    await setLock({ store, profileKey, random: systemRandom }, { enabled: true, password: 'crab' });
    const later = profile().profileKey;
    await expect(later.unwrap(before)).rejects.toMatchObject({ code: 'store_damaged' });
    expect(await openStoreKey({ store, profileKey: later }, { password: 'crab' })).toMatchObject({ key });
    const cut = profileKey.replace(async (wrap) => {
      await store.put('lock', await wrap(utf8('kept last')));
      throw new Error('power cut');
    });
    await expect(cut).rejects.toThrow('power cut');
    expect(await profile().profileKey.unwrap((await store.get('lock')) ?? new Uint8Array())).toEqual(
      utf8('kept last'),
    );
    await store.close();
  });

  test('calls what it wrapped damaged once the key is forgotten', async () => {
    const { profileKey } = profile();
    const wrapped = await profileKey.wrap(utf8('sotto'));
    expect(await profileKey.unwrap(wrapped)).toEqual(utf8('sotto'));
    await profileKey.forget();
    await expect(profileKey.unwrap(wrapped)).rejects.toMatchObject({ code: 'store_damaged' });
  });
});
