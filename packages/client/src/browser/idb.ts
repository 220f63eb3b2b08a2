/// <reference lib="dom" />
/** IndexedDB's events as promises, and its errors as those of the store's port. */
import { SottoError } from '@sotto/crypto/public';
import { storeFailed, storeFull, storeNewer } from '../store/store-errors.ts';

/** The value of a request, or its error. Only await it where nothing else of the transaction is to follow. */
export function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Resolves when the transaction is complete: with `strict` durability, when it is on the disk. */
export function completionOf(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

/**
 * Opens a database of version 1, made by `make` where there is none. Where `mayMake` says no, nothing is made and the
 * result is undefined.
 */
export function openDatabase(
  name: string,
  make: (database: IDBDatabase) => void,
  mayMake = true,
): Promise<IDBDatabase | undefined> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(name, 1);
    let refused = false;
    opening.onupgradeneeded = () => {
      refused = !mayMake;
      if (refused) opening.transaction?.abort();
      else make(opening.result);
    };
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => (refused ? resolve(undefined) : reject(opening.error));
  });
}

export async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storeErrorOf(error);
  }
}

function storeErrorOf(error: unknown): SottoError {
  if (error instanceof SottoError) return error;
  const name = error instanceof Error ? error.name : '';
  if (name === 'QuotaExceededError') return storeFull(error);
  return name === 'VersionError' ? storeNewer(error) : storeFailed(error);
}
