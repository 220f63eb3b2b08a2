/** Argon2id (RFC 9106) for the lock on this device only: a password becomes the key that opens the local store. */
import type { Bytes } from './bytes.ts';

/** RFC 9106 section 4, second recommended option, with one lane since a worker has one thread. */
const MEMORY_KIB = 65_536;
const PASSES = 3;

export const LOCK_SALT_LENGTH = 16;

/** About a quarter of a second of one core. Salt: 16 random bytes. */
export async function lockKey(password: string, salt: Bytes): Promise<Bytes> {
  const { argon2id } = await import('hash-wasm');
  const key = await argon2id({
    password: password.normalize('NFKC'),
    salt,
    parallelism: 1,
    iterations: PASSES,
    memorySize: MEMORY_KIB,
    hashLength: 32,
    outputType: 'binary',
  });
  return new Uint8Array(key);
}
