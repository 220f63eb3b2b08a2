/**
 * The platform's key for programs: 32 bytes in a file beside the store that only its owner can read. It keeps the
 * store's key apart from the store, so that a copy of the one file alone opens nothing; whoever can read the whole
 * directory can open both, unless the app lock is on (SECURITY.md).
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Bytes, copyBytes, openRecord, type Random, recordKey, sealRecord, utf8 } from '@sotto/crypto';
import { storeDamaged, storeFailed } from '../store/store-errors.ts';
import type { ProfileKey } from '../store/store-key.ts';

const FILE = 'profile.key';
const NEXT = 'profile.key.new';
const LENGTH = 32;
const PLACE = utf8('profile key 1');

/** The key in `home`; the file is made when the first thing is wrapped. The holder of the profile alone uses it. */
export function openProfileKey(home: string, random: Random): ProfileKey {
  const path = join(home, FILE);
  const wrapWith = async (key: Bytes, bytes: Bytes) => sealRecord(await recordKey(key), PLACE, bytes, random);
  return {
    async wrap(bytes) {
      const there = read(path);
      if (there !== undefined) return wrapWith(there, bytes);
      const key = prepare(home, random);
      settle(home);
      return wrapWith(key, bytes);
    },
    async unwrap(wrapped) {
      const key = read(path);
      if (key === undefined) throw storeDamaged();
      const opened = await opens(key, wrapped);
      if (opened !== undefined) return opened;
      // Interrupted while the key was replaced, after what it wraps was kept.
      const next = read(join(home, NEXT));
      const kept = next === undefined ? undefined : await opens(next, wrapped);
      if (kept === undefined) throw storeDamaged();
      settle(home);
      return kept;
    },
    async replace(keep) {
      const key = prepare(home, random);
      await keep((bytes) => wrapWith(key, bytes));
      settle(home);
    },
    async forget() {
      rmSync(path, { force: true });
      rmSync(join(home, NEXT), { force: true });
    },
  };
}

async function opens(key: Bytes, wrapped: Bytes): Promise<Bytes | undefined> {
  return openRecord(await recordKey(key), PLACE, wrapped).catch(() => undefined);
}

function read(path: string): Bytes | undefined {
  try {
    const bytes = copyBytes(readFileSync(path));
    if (bytes.length !== LENGTH) throw storeDamaged();
    return bytes;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error instanceof Error && 'code' in error && error.code === 'store_damaged'
      ? error
      : storeFailed(error);
  }
}

/** A new key beside the one in use; durable before it returns: what is wrapped with it must open after a power cut. */
function prepare(home: string, random: Random): Bytes {
  const key = random(LENGTH);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const file = openSync(join(home, NEXT), 'w', 0o600);
  writeSync(file, key);
  fsyncSync(file);
  closeSync(file);
  syncFolder(home);
  return key;
}

/** The prepared key takes the place of the one in use, which is gone. */
function settle(home: string): void {
  renameSync(join(home, NEXT), join(home, FILE));
  syncFolder(home);
}

function syncFolder(home: string): void {
  const directory = openSync(home, 'r');
  fsyncSync(directory);
  closeSync(directory);
}
