/** Ed25519 verification (RFC 8032) by WebCrypto, and how a signature names its purpose. */
import { type Bytes, concat, utf8 } from './bytes.ts';

export const SIGNATURE_LENGTH = 64;
export const PUBLIC_KEY_LENGTH = 32;

/** What is really signed: `"sotto signature 1" ‖ 0x00 ‖ label ‖ 0x00 ‖ message`. One label, one purpose. */
export function signedBytes(label: string, message: Uint8Array): Bytes {
  return concat(utf8('sotto signature 1'), new Uint8Array(1), utf8(label), new Uint8Array(1), message);
}

/** True only for a valid signature by the holder of `publicKey`; malformed keys and signatures give false. */
export async function verify(
  publicKey: Uint8Array,
  label: string,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  return verifyRaw(publicKey, signedBytes(label, message), signature);
}

/** Without our label: for protocols that bring a label of their own (MLS). */
export async function verifyRaw(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  if (publicKey.length !== PUBLIC_KEY_LENGTH || signature.length !== SIGNATURE_LENGTH) return false;
  try {
    const key = await crypto.subtle.importKey('raw', publicKey as Bytes, 'Ed25519', false, ['verify']);
    return await crypto.subtle.verify('Ed25519', key, signature as Bytes, message as Bytes);
  } catch {
    return false;
  }
}
