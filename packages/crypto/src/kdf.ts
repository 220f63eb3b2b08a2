/** HKDF-SHA-256 (RFC 5869) by WebCrypto. */
import { type Bytes, utf8 } from './bytes.ts';

/**
 * Derives `length` bytes from `secret`.
 * @param salt any bytes; public
 * @param info what the result is for; distinct purposes need distinct infos
 */
export async function hkdf(
  secret: Uint8Array,
  salt: Uint8Array,
  info: Uint8Array | string,
  length: number,
): Promise<Bytes> {
  const key = await crypto.subtle.importKey('raw', secret as Bytes, 'HKDF', false, ['deriveBits']);
  const bits = await crypto.subtle.deriveBits(
    {
      name: 'HKDF',
      hash: 'SHA-256',
      salt: salt as Bytes,
      info: typeof info === 'string' ? utf8(info) : (info as Bytes),
    },
    key,
    length * 8,
  );
  return new Uint8Array(bits);
}
