/** SHA-256 and SHA-512 (FIPS 180-4) by WebCrypto. */
import type { Bytes } from './bytes.ts';

export const HASH_LENGTH = 32;

export async function sha256(data: Uint8Array): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', data as Bytes));
}

export async function sha512(data: Uint8Array): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-512', data as Bytes));
}
