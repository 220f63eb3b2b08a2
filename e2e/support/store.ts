/** What lies in the browser's database, seen and changed as somebody at the machine could. No tab of Sotto is open. */
import type { Page } from 'playwright-core';

const DATABASE = 'sotto';
const RECORDS = 'records';

/** Every record as text, by its key. */
export function readStore(page: Page): Promise<Readonly<Record<string, string>>> {
  return page.evaluate(
    async ({ name, store }) => {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
      });
      const records = database.transaction(store).objectStore(store);
      const done = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const [keys, values] = await Promise.all([done(records.getAllKeys()), done(records.getAll())]);
      database.close();
      return Object.fromEntries(keys.map((key, at) => [String(key), String(values[at])]));
    },
    { name: DATABASE, store: RECORDS },
  );
}

/** Puts other bytes under a key, and gives back those that were there. */
export function changeStore(page: Page, key: string, bytes: readonly number[]): Promise<readonly number[]> {
  return page.evaluate(
    async ({ name, store, key, bytes }) => {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
      });
      const transaction = database.transaction(store, 'readwrite');
      const records = transaction.objectStore(store);
      const reading = records.get(key);
      records.put(new Uint8Array(bytes), key);
      await new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
      });
      database.close();
      return [...reading.result];
    },
    { name: DATABASE, store: RECORDS, key, bytes },
  );
}

/** As a browser does that needs the space. */
export async function deleteStore(page: Page): Promise<void> {
  await untilNobodyHolds(page);
  await deleteDatabase(page, DATABASE);
}

/** The worker of a page that was left lives on for a moment, and would hear of what becomes of its database. */
function untilNobodyHolds(page: Page): Promise<void> {
  return page.evaluate(async () => {
    while (((await navigator.locks.query()).held ?? []).length > 0)
      await new Promise((go) => setTimeout(go, 20));
  });
}

function deleteDatabase(page: Page, database: string): Promise<void> {
  return page.evaluate(
    (name) =>
      new Promise<void>((resolve, reject) => {
        const deleting = indexedDB.deleteDatabase(name);
        deleting.onsuccess = () => resolve();
        deleting.onerror = () => reject(deleting.error);
      }),
    database,
  );
}

const FILLER = 'filler';

/** From now on the browser gives the app's origin that many bytes. Call it before the app is opened. */
export async function limitStorage(page: Page, origin: string, quotaSize: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize });
}

/** Takes all the space that is left, with another database. */
export function fillStorage(page: Page): Promise<void> {
  return page.evaluate(async (name) => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open(name, 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore('parts', { autoIncrement: true });
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    const fits = (size: number) =>
      new Promise<boolean>((resolve) => {
        const transaction = database.transaction('parts', 'readwrite');
        transaction.objectStore('parts').put(crypto.getRandomValues(new Uint8Array(size)));
        transaction.oncomplete = () => resolve(true);
        transaction.onabort = () => resolve(false);
      });
    for (const size of [65_536, 4_096, 256]) while (await fits(size));
    database.close();
  }, FILLER);
}

export function freeStorage(page: Page): Promise<void> {
  return deleteDatabase(page, FILLER);
}
