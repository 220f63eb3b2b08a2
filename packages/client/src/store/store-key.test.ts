import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bytes, copyBytes, decodeCbor, encodeCbor, systemRandom, toHex, utf8 } from '@sotto/crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openProfileKey } from '../node/profile-key.ts';
import { openSqliteStore } from '../node/sqlite-store.ts';
import type { Store } from './store.ts';
import {
  changeLockPassword,
  createStoreKey,
  openStoreKey,
  type ProfileKey,
  type StoreKeyPlace,
  setLock,
} from './store-key.ts';

const ADDRESS = 'alice@example.org';
let home: string;
let store: Store;
let profileKey: ProfileKey;
let place: StoreKeyPlace;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'sotto-key-'));
  store = openSqliteStore(join(home, 'store.db'));
  profileKey = openProfileKey(home, systemRandom);
  place = { store, profileKey, random: systemRandom };
});
afterEach(async () => {
  await store.close();
  await rm(home, { recursive: true });
});

async function lockRecord(): Promise<Bytes> {
  return profileKey.unwrap((await store.get('lock')) ?? new Uint8Array());
}

describe('the store key', () => {
  test('is not there before it was made', async () => {
    expect(await openStoreKey(place)).toEqual({ state: 'none' });
    await setLock(place, { enabled: true, password: 'crab' });
    expect(await store.get('lock')).toBeUndefined();
  });

  test('opens without a password while the app lock is off', async () => {
    const key = await createStoreKey(place, ADDRESS);
    expect(await openStoreKey(place)).toEqual({ state: 'open', address: ADDRESS, appLock: false, key });
    expect(await openStoreKey(place, { password: 'any' })).toMatchObject({ state: 'open', key });
  });

  test('with the app lock on opens with the password alone, and the address is known before', async () => {
    const key = await createStoreKey(place, ADDRESS);
    await setLock(place, { enabled: true, password: 'crab' });
    expect(await openStoreKey(place)).toEqual({ state: 'locked', address: ADDRESS });
    const opened = await openStoreKey(place, { password: 'crab' });
    expect(opened).toEqual({ state: 'open', address: ADDRESS, appLock: true, key });
    await expect(openStoreKey(place, { password: 'crap' })).rejects.toMatchObject({ code: 'wrong_password' });
  });

  test('is in the record in the clear with the app lock off, and not with it on', async () => {
    const key = toHex(await createStoreKey(place, ADDRESS));
    expect(toHex(await lockRecord())).toContain(key);
    await setLock(place, { enabled: true, password: 'crab' });
    expect(toHex(await lockRecord())).not.toContain(key);
  });

  test('lies in the store under the platform key: neither it nor the address can be read from the disk', async () => {
    const key = await createStoreKey(place, ADDRESS);
    const record = toHex((await store.get('lock')) ?? new Uint8Array());
    expect(record).not.toContain(toHex(key));
    expect(record).not.toContain(toHex(utf8('alice')));
  });

  test('the app lock goes off with the password only, and a wrong one changes nothing', async () => {
    const key = await createStoreKey(place, ADDRESS);
    await setLock(place, { enabled: true, password: 'crab' });
    const record = await lockRecord();
    for (const enabled of [true, false]) {
      const wrong = setLock(place, { enabled, password: 'crap' });
      await expect(wrong).rejects.toMatchObject({ code: 'wrong_password' });
    }
    await setLock(place, { enabled: true, password: 'crab' });
    expect(await lockRecord()).toEqual(record);
    await setLock(place, { enabled: false, password: 'crab' });
    expect(await openStoreKey(place)).toMatchObject({ state: 'open', appLock: false, key });
  });

  test('another password takes the place of the present one in one step', async () => {
    const key = await createStoreKey(place, ADDRESS);
    await setLock(place, { enabled: true, password: 'crab' });
    await changeLockPassword(place, { password: 'crab', newPassword: 'whelk' });
    await expect(openStoreKey(place, { password: 'crab' })).rejects.toMatchObject({ code: 'wrong_password' });
    expect(await openStoreKey(place, { password: 'whelk' })).toMatchObject({ state: 'open', key });
  });

  test('does not open for another address than it was sealed for', async () => {
    await createStoreKey(place, ADDRESS);
    await setLock(place, { enabled: true, password: 'crab' });
    const lock = decodeCbor(await lockRecord()) as { readonly [key: string]: string };
    await store.put('lock', await profileKey.wrap(encodeCbor({ ...lock, address: 'mallory@example.org' })));
    await expect(openStoreKey(place, { password: 'crab' })).rejects.toMatchObject({ code: 'wrong_password' });
  });

  test('a record that is not ours is damaged, a newer one is newer', async () => {
    const key = systemRandom(32);
    const damaged = [
      null,
      {},
      { v: 1 },
      { v: 1, address: ADDRESS, key: copyBytes(key.subarray(1)) },
      { v: 0 },
    ];
    for (const content of damaged) {
      await store.put('lock', await profileKey.wrap(encodeCbor(content)));
      await expect(openStoreKey(place)).rejects.toMatchObject({ code: 'store_damaged' });
    }
    await store.put('lock', await profileKey.wrap(encodeCbor({ v: 2, address: ADDRESS, key, other: 1 })));
    await expect(openStoreKey(place)).rejects.toMatchObject({ code: 'store_newer' });
  });

  test('opens no more once the platform key is forgotten', async () => {
    await createStoreKey(place, ADDRESS);
    await profileKey.forget();
    await expect(openStoreKey(place)).rejects.toMatchObject({ code: 'store_damaged' });
  });
});

describe('turning the app lock on', () => {
  test('leaves no way in by a copy of the store from before, and without it there is one (control)', async () => {
    await createStoreKey(place, ADDRESS);
    const before = (await store.get('lock')) ?? new Uint8Array();
    expect(decodeCbor(await profileKey.unwrap(before))).toHaveProperty('key');
    await setLock(place, { enabled: true, password: 'crab' });
    await expect(openProfileKey(home, systemRandom).unwrap(before)).rejects.toMatchObject({
      code: 'store_damaged',
    });
  });

  test.each([
    ['before the record was kept', false],
    ['after it was kept', true],
  ])('interrupted %s, the store opens with what was kept last', async (_, kept) => {
    const key = await createStoreKey(place, ADDRESS);
    const cut = new Error('power cut');
    const keptLast = utf8('kept last');
    const interrupted = profileKey.replace(async (wrap) => {
      if (kept) await store.put('lock', await wrap(keptLast));
      throw cut;
    });
    await expect(interrupted).rejects.toBe(cut);
    const again = openProfileKey(home, systemRandom);
    if (kept) expect(await again.unwrap((await store.get('lock')) ?? new Uint8Array())).toEqual(keptLast);
    else expect(await openStoreKey({ store, profileKey: again })).toMatchObject({ state: 'open', key });
    // And goes on from there.
    await again.replace(async (wrap) => store.put('lock', await wrap(utf8('later'))));
    const record = (await store.get('lock')) ?? new Uint8Array();
    expect(await openProfileKey(home, systemRandom).unwrap(record)).toEqual(utf8('later'));
  });
});
