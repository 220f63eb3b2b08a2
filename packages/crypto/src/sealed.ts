/**
 * The sealed object: bytes under a long-lived 32-byte key, committed to that key (docs/spec/sealed-object.md).
 *
 * ```
 * sealed = version (1 byte, 0x01) ‖ salt (32) ‖ commitment (32) ‖ AES-256-GCM ciphertext and tag
 * key (32) ‖ commitment (32) = HKDF-SHA-256(secret, salt, "sotto sealed 1" ‖ 0x00 ‖ label ‖ 0x00 ‖ associated data)
 * ```
 * The AEAD key is used once (its salt is random), so its nonce is zero. The commitment is compared first: AES-GCM
 * alone lets a ciphertext be made that opens under two keys (ePrint 2020/1491).
 */
import { type Bytes, concat, equalBytes, utf8 } from './bytes.ts';
import { SottoError } from './errors.ts';
import { hkdf } from './kdf.ts';
import type { Random } from './random.ts';

const VERSION = 1;
const SALT = 32;
const COMMITMENT = 32;
const HEADER = 1 + SALT + COMMITMENT;
const TAG = 16;
const NONCE = new Uint8Array(12);

async function derive(secret: Bytes, salt: Bytes, label: string, associated: Uint8Array) {
  const info = concat(utf8('sotto sealed 1'), new Uint8Array(1), utf8(label), new Uint8Array(1), associated);
  const bits = await hkdf(secret, salt, info, 64);
  const key = await crypto.subtle.importKey('raw', bits.slice(0, 32), 'AES-GCM', false, [
    'encrypt',
    'decrypt',
  ]);
  return { key, commitment: bits.slice(32) };
}

/**
 * Seals `plaintext` under `secret` (32 bytes) for one purpose and place.
 * @param label the purpose, from the registry of the caller; must not contain a zero byte
 * @param associated where the object belongs; it opens nowhere else
 */
export async function seal(
  secret: Bytes,
  label: string,
  associated: Uint8Array,
  plaintext: Uint8Array,
  random: Random,
): Promise<Bytes> {
  const salt = random(SALT);
  const { key, commitment } = await derive(secret, salt, label, associated);
  const ciphertext = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: NONCE }, key, plaintext as Bytes);
  return concat(Uint8Array.of(VERSION), salt, commitment, new Uint8Array(ciphertext));
}

/** Opens what {@link seal} made. Throws `not_authentic` for anything else, whatever is wrong with it. */
export async function open(
  secret: Bytes,
  label: string,
  associated: Uint8Array,
  sealed: Uint8Array,
): Promise<Bytes> {
  if (sealed.length < HEADER + TAG || sealed[0] !== VERSION) throw notAuthentic();
  const salt = new Uint8Array(sealed.slice(1, 1 + SALT));
  const { key, commitment } = await derive(secret, salt, label, associated);
  if (!equalBytes(commitment, sealed.subarray(1 + SALT, HEADER))) throw notAuthentic();
  try {
    return new Uint8Array(
      await crypto.subtle.decrypt({ name: 'AES-GCM', iv: NONCE }, key, new Uint8Array(sealed.slice(HEADER))),
    );
  } catch (cause) {
    throw notAuthentic(cause);
  }
}

function notAuthentic(cause?: unknown): SottoError {
  return new SottoError('not_authentic', 'Encrypted data was changed or belongs elsewhere.', { cause });
}
