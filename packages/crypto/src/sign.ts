/** Ed25519 signing keys (RFC 8032) by WebCrypto, made from 32-byte seeds so that we own the randomness. */
import { type Bytes, concat, copyBytes, fromBase64Url, type NativeKey } from './bytes.ts';
import { SottoError } from './errors.ts';
import { signedBytes } from './verify.ts';

export const SEED_LENGTH = 32;

/** The private half never leaves WebCrypto; keep the seed where it must be stored. */
export interface SigningKey {
  readonly publicKey: Bytes;
  readonly privateKey: NativeKey;
}

/** RFC 8410 section 7: a PKCS #8 wrapper around the 32-byte seed. */
const PKCS8 = Uint8Array.from([
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
]);

export async function signingKeyFromSeed(seed: Uint8Array): Promise<SigningKey> {
  if (seed.length !== SEED_LENGTH) throw new SottoError('bad_key', 'A signing seed has 32 bytes.');
  const pkcs8 = concat(PKCS8, seed);
  const extractable = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', true, ['sign']);
  const { x } = await crypto.subtle.exportKey('jwk', extractable);
  const publicKey = x === undefined ? undefined : fromBase64Url(x);
  if (publicKey === undefined) throw new SottoError('bad_key', 'The signing key has no public half.');
  const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign']);
  return { publicKey, privateKey };
}

/** Signs `message` for the one purpose that `label` names. */
export function sign(key: SigningKey, label: string, message: Uint8Array): Promise<Bytes> {
  return signRaw(key, signedBytes(label, message));
}

/** Without our label: for protocols that bring a label of their own (MLS). */
export async function signRaw(key: SigningKey, message: Uint8Array): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign('Ed25519', key.privateKey, copyBytes(message)));
}
