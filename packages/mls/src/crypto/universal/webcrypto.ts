/**
 * X25519 and Ed25519 by WebCrypto, which Node 24, Chromium and Firefox have natively and in which they are
 * several times faster than in script. `supported` asks the platform once; without it, noble does the work.
 */
import type { Awaitable } from '../provider.ts';

const X25519_PREFIX: Uint8Array = Uint8Array.from([
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x04, 0x22, 0x04, 0x20,
]);
const ED25519_PREFIX: Uint8Array = Uint8Array.from([
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
]);
const BASE_POINT: Uint8Array<ArrayBuffer> = new Uint8Array(32);
BASE_POINT[0] = 9;

/** RFC 8410. Throws for a raw key of the wrong length: Node would pass over what is left at the end. */
function pkcs8(prefix: Uint8Array, key: Uint8Array): Uint8Array<ArrayBuffer> {
  if (key.length !== 32) throw new RangeError('A key has the wrong length.');
  const out = new Uint8Array(prefix.length + key.length);
  out.set(prefix);
  out.set(key, prefix.length);
  return out;
}

export async function x25519(privateKey: Uint8Array, publicKey: Uint8Array): Promise<Uint8Array> {
  const [key, peer] = await Promise.all([
    crypto.subtle.importKey('pkcs8', pkcs8(X25519_PREFIX, privateKey), 'X25519', false, ['deriveBits']),
    crypto.subtle.importKey('raw', publicKey.slice(), 'X25519', false, []),
  ]);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'X25519', public: peer }, key, 256));
}

export function x25519PublicKey(privateKey: Uint8Array): Promise<Uint8Array> {
  return x25519(privateKey, BASE_POINT);
}

export async function ed25519Sign(privateKey: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey('pkcs8', pkcs8(ED25519_PREFIX, privateKey), 'Ed25519', false, [
    'sign',
  ]);
  return new Uint8Array(await crypto.subtle.sign('Ed25519', key, message.slice()));
}

let known: Awaitable<boolean> | undefined;

/** Whether this platform does both curves natively. */
export function supported(): Awaitable<boolean> {
  known ??= probe().then((answer) => {
    known = answer;
    return answer;
  });
  return known;
}

async function probe(): Promise<boolean> {
  try {
    const seed = new Uint8Array(32).fill(1);
    await ed25519Sign(seed, seed);
    await x25519PublicKey(seed);
    return true;
  } catch {
    return false;
  }
}
