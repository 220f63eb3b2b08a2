/** EncryptWithLabel and DecryptWithLabel (RFC 9420, section 5.1.3). */
import { EMPTY } from '../bytes.ts';
import { Writer } from '../codec/writer.ts';
import { type HpkeContext, hpkeContext, hpkeOpen, hpkeSeal, type Sealed } from './hpke.ts';
import { mlsLabel } from './labels.ts';
import type { CipherSuite, KeyPair, Random } from './provider.ts';

/** Label and context, ready to encrypt under: make it once for many recipients. */
export function encryptContext(suite: CipherSuite, label: string, context: Uint8Array): HpkeContext {
  const writer = new Writer();
  writer.opaque(mlsLabel(label));
  writer.opaque(context);
  return hpkeContext(suite, writer.finish());
}

export function encryptWithLabel(
  suite: CipherSuite,
  publicKey: Uint8Array,
  context: HpkeContext,
  plaintext: Uint8Array,
  random: Random,
): Promise<Sealed> {
  const fresh = random(suite.kem.encapsulationRandomLength);
  return hpkeSeal(suite, publicKey, context, EMPTY, plaintext, fresh);
}

/** Who is to read a message, and what it says. */
export interface Addressed {
  readonly publicKey: Uint8Array;
  readonly plaintext: Uint8Array;
}

/** How many encapsulations draw their randomness together: `crypto.getRandomValues` gives at most 65,536 bytes. */
const AT_ONCE = 256;

/** Each message sealed to its reader, in order. One draw of randomness serves many, which many draws are slower than. */
export async function encryptToEach<T extends Addressed>(
  suite: CipherSuite,
  context: HpkeContext,
  messages: readonly T[],
  random: Random,
): Promise<readonly { readonly message: T; readonly sealed: Sealed }[]> {
  const each = suite.kem.encapsulationRandomLength;
  const sealings: Promise<{ readonly message: T; readonly sealed: Sealed }>[] = [];
  for (let from = 0; from < messages.length; from += AT_ONCE) {
    const batch = messages.slice(from, from + AT_ONCE);
    const fresh = random(batch.length * each);
    batch.forEach((message, i) => {
      const part = fresh.slice(i * each, (i + 1) * each);
      const sealing = hpkeSeal(suite, message.publicKey, context, EMPTY, message.plaintext, part);
      sealings.push(sealing.then((sealed) => ({ message, sealed })));
    });
  }
  return Promise.all(sealings);
}

/** `undefined` when the ciphertext is not for this key and context. */
export function decryptWithLabel(
  suite: CipherSuite,
  keyPair: KeyPair,
  context: HpkeContext,
  sealed: Sealed,
): Promise<Uint8Array | undefined> {
  return hpkeOpen(suite, keyPair, context, EMPTY, sealed);
}
