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
const LENGTH = 32;
const PLACE = utf8('profile key 1');

/** The key in `home`; the file is made when the first thing is wrapped. The holder of the profile alone uses it. */
export function openProfileKey(home: string, random: Random): ProfileKey {
  const path = join(home, FILE);
  return {
    async wrap(bytes) {
      return sealRecord(await recordKey(read(path) ?? create(home, random)), PLACE, bytes, random);
    },
    async unwrap(wrapped) {
      const key = read(path);
      if (key === undefined) throw storeDamaged();
      return openRecord(await recordKey(key), PLACE, wrapped).catch((cause) => {
        throw storeDamaged(cause);
      });
    },
    async forget() {
      rmSync(path, { force: true });
    },
  };
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

/** Durable before it returns: what is wrapped with it must open after a power cut. */
function create(home: string, random: Random): Bytes {
  const key = random(LENGTH);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const unfinished = join(home, `${FILE}.new`);
  const file = openSync(unfinished, 'w', 0o600);
  writeSync(file, key);
  fsyncSync(file);
  closeSync(file);
  renameSync(unfinished, join(home, FILE));
  const directory = openSync(home, 'r');
  fsyncSync(directory);
  closeSync(directory);
  return key;
}
