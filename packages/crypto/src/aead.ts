/**
 * AES-256-GCM records under one key that stays inside WebCrypto: for the local store, where an object of its own
 * salt and key would cost three calls a record.
 *
 * ```
 * record = nonce (12, random) ‖ ciphertext and tag
 * ```
 * A key may seal 2^32 records before a repeated random nonce becomes likelier than 2^-32 (NIST SP 800-38D
 * section 8.3).
 */
import { type Bytes, concat, type NativeKey } from './bytes.ts';
import { SottoError } from './errors.ts';
import type { Random } from './random.ts';

const NONCE = 12;
const TAG = 16;

export type RecordKey = NativeKey;

/** Takes in 32 bytes as a key that scripts cannot read back. */
export function recordKey(bytes: Bytes): Promise<RecordKey> {
  return crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

/** @param place authenticated with the record: it opens only there */
export async function sealRecord(
  key: RecordKey,
  place: Uint8Array,
  plaintext: Uint8Array,
  random: Random,
): Promise<Bytes> {
  const iv = random(NONCE);
  const ciphertext = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData: place as Bytes },
    key,
    plaintext as Bytes,
  );
  return concat(iv, new Uint8Array(ciphertext));
}

/** Throws `not_authentic` when the record was changed, moved or made under another key. */
export async function openRecord(key: RecordKey, place: Uint8Array, record: Uint8Array): Promise<Bytes> {
  try {
    if (record.length < NONCE + TAG) throw new RangeError('record too short');
    const iv = new Uint8Array(record.slice(0, NONCE));
    const additionalData = place as Bytes;
    const ciphertext = new Uint8Array(record.slice(NONCE));
    return new Uint8Array(
      await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, key, ciphertext),
    );
  } catch (cause) {
    throw new SottoError('not_authentic', 'A record of the local store was changed or belongs elsewhere.', {
      cause,
    });
  }
}
