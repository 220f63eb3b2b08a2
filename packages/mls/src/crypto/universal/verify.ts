/** Signature verification by WebCrypto where it has Ed25519, else by noble. Needs no secret. */

import { ed448 } from '@noble/curves/ed448.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import type { SignatureName } from '../suites.ts';

export type Verify = (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
) => boolean | Promise<boolean>;

/** ECDSA signatures are DER encoded (RFC 9420, section 5.1.2). Peers produce either s, so both verify. */
export const DER: { readonly format: 'der'; readonly lowS: false } = { format: 'der', lowS: false };

function falseOnError(verify: () => boolean): boolean {
  try {
    return verify();
  } catch {
    return false;
  }
}

/** The base point, which every implementation can import. */
const PROBE_KEY: Uint8Array<ArrayBuffer> = new Uint8Array(32).fill(0x66);
PROBE_KEY[0] = 0x58;
let native: boolean | Promise<boolean> | undefined;

/** Whether WebCrypto has Ed25519; asked once. */
function hasNativeEd25519(): boolean | Promise<boolean> {
  native ??= crypto.subtle.importKey('raw', PROBE_KEY, 'Ed25519', false, ['verify']).then(
    () => {
      native = true;
      return true;
    },
    () => {
      native = false;
      return false;
    },
  );
  return native;
}

async function verifyEd25519(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  if (!(await hasNativeEd25519())) {
    return falseOnError(() => ed25519.verify(signature, message, publicKey, { zip215: false }));
  }
  try {
    const key = await crypto.subtle.importKey('raw', publicKey.slice(), 'Ed25519', false, ['verify']);
    return await crypto.subtle.verify('Ed25519', key, signature.slice(), message.slice());
  } catch {
    return false;
  }
}

export const universalVerify: Readonly<Record<SignatureName, Verify>> = {
  ed25519: verifyEd25519,
  ed448: (key, message, signature) =>
    falseOnError(() => ed448.verify(signature, message, key, { zip215: false })),
  p256: (key, message, signature) => falseOnError(() => p256.verify(signature, message, key, DER)),
  p384: (key, message, signature) => falseOnError(() => p384.verify(signature, message, key, DER)),
  p521: (key, message, signature) => falseOnError(() => p521.verify(signature, message, key, DER)),
};
