/**
 * The receiving side of a sender's ratchet (RFC 9420 section 9.1), in place of that of ts-mls, which keeps for a
 * skipped message the ratchet's secret, and with it every later key of the sender's epoch. Here a skipped message
 * leaves its own key and nonce alone.
 */
import { type Bytes, concat, copyBytes } from '@sotto/crypto/public';
import type { GenerationSecret } from 'ts-mls';
import { deriveTreeSecret } from 'ts-mls/crypto/kdf.js';
import { failure } from './mls-failure.ts';
import { KEY_LENGTH, NONCE_LENGTH, type Suite } from './suite.ts';

/** How far one message may be ahead of the last; each step costs one derivation. */
const MOST_STEPS = 1_024;
/** Keys of skipped messages that are kept of one sender and epoch, the newest. */
const MOST_SKIPPED = 1_024;

export interface MessageKey {
  readonly key: Bytes;
  readonly nonce: Bytes;
  /** The ratchet without this key. */
  readonly ratchet: GenerationSecret;
  /** Former secrets, to be overwritten once the message proved authentic. */
  readonly consumed: readonly Uint8Array[];
}

/**
 * The key of one generation; nothing is changed.
 * Throws `message_replayed` or `message_too_old` where it is no longer kept, `message_unreadable` for a generation
 * too far ahead.
 */
export async function messageKey(
  ratchet: GenerationSecret,
  generation: number,
  suite: Suite,
): Promise<MessageKey> {
  return generation < ratchet.generation
    ? skippedKey(ratchet, generation)
    : nextKey(ratchet, generation, suite);
}

function skippedKey(ratchet: GenerationSecret, generation: number): MessageKey {
  const { [generation]: kept, ...unusedGenerations } = ratchet.unusedGenerations;
  if (kept === undefined) {
    throw failure(ratchet.generation - generation > MOST_SKIPPED ? 'message_too_old' : 'message_replayed');
  }
  return { ...splitKey(kept), ratchet: { ...ratchet, unusedGenerations }, consumed: [kept] };
}

async function nextKey(ratchet: GenerationSecret, generation: number, suite: Suite): Promise<MessageKey> {
  if (generation - ratchet.generation > MOST_STEPS) throw failure('message_unreadable');
  const unusedGenerations = { ...ratchet.unusedGenerations };
  const consumed: Uint8Array[] = [];
  let { secret } = ratchet;
  for (let at = ratchet.generation; at < generation; at++) {
    if (generation - at <= MOST_SKIPPED) unusedGenerations[at] = await keyAndNonce(secret, at, suite);
    consumed.push(secret);
    secret = await deriveTreeSecret(secret, 'secret', at, suite.kdf.size, suite.kdf);
  }
  const own = splitKey(await keyAndNonce(secret, generation, suite));
  consumed.push(secret);
  const following = await deriveTreeSecret(secret, 'secret', generation, suite.kdf.size, suite.kdf);
  dropOldest(unusedGenerations, consumed);
  return {
    ...own,
    ratchet: { secret: following, generation: generation + 1, unusedGenerations },
    consumed,
  };
}

function dropOldest(kept: Record<number, Uint8Array>, consumed: Uint8Array[]): void {
  const generations = Object.keys(kept).map(Number);
  for (const generation of generations.slice(0, Math.max(0, generations.length - MOST_SKIPPED))) {
    const key = kept[generation];
    if (key !== undefined) consumed.push(key);
    delete kept[generation];
  }
}

async function keyAndNonce(secret: Uint8Array, generation: number, suite: Suite): Promise<Bytes> {
  const [key, nonce] = await Promise.all([
    deriveTreeSecret(secret, 'key', generation, KEY_LENGTH, suite.kdf),
    deriveTreeSecret(secret, 'nonce', generation, NONCE_LENGTH, suite.kdf),
  ]);
  return concat(key, nonce);
}

function splitKey(both: Uint8Array): { key: Bytes; nonce: Bytes } {
  return { key: copyBytes(both.subarray(0, KEY_LENGTH)), nonce: copyBytes(both.subarray(KEY_LENGTH)) };
}
