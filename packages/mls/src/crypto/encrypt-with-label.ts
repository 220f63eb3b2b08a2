/** EncryptWithLabel and DecryptWithLabel (RFC 9420, section 5.1.3). */
import { EMPTY } from '../bytes.ts';
import { Writer } from '../codec/writer.ts';
import { hpkeOpen, hpkeSeal, type Sealed } from './hpke.ts';
import { mlsLabel } from './labels.ts';
import type { CipherSuite, KeyPair, Random } from './provider.ts';

function encryptContext(label: string, context: Uint8Array): Uint8Array {
  const writer = new Writer(context.length + 64);
  writer.opaque(mlsLabel(label));
  writer.opaque(context);
  return writer.finish();
}

export function encryptWithLabel(
  suite: CipherSuite,
  publicKey: Uint8Array,
  label: string,
  context: Uint8Array,
  plaintext: Uint8Array,
  random: Random,
): Promise<Sealed> {
  const fresh = random(suite.kem.encapsulationRandomLength);
  return hpkeSeal(suite, publicKey, encryptContext(label, context), EMPTY, plaintext, fresh);
}

/** `undefined` when the ciphertext is not for this key and context. */
export function decryptWithLabel(
  suite: CipherSuite,
  keyPair: KeyPair,
  label: string,
  context: Uint8Array,
  sealed: Sealed,
): Promise<Uint8Array | undefined> {
  return hpkeOpen(suite, keyPair, encryptContext(label, context), EMPTY, sealed);
}
