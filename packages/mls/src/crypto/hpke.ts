/**
 * HPKE in base mode (RFC 9180): one-shot sealing, and the exporter that external commits need.
 * Composed here from the provider's KEM, HKDF and AEAD, so that a seal costs one KEM operation and no more.
 */
import { bigEndian, concat, EMPTY, utf8 } from '../bytes.ts';
import { fail } from '../errors.ts';
import { expand, extract, type HkdfSuite } from './hkdf.ts';
import type { CipherSuite, KeyPair } from './provider.ts';

const VERSION = utf8('HPKE-v1');
const BASE_MODE = Uint8Array.of(0);

export interface Sealed {
  readonly kemOutput: Uint8Array;
  readonly ciphertext: Uint8Array;
}

export function labeledExtract(
  suite: HkdfSuite,
  suiteId: Uint8Array,
  salt: Uint8Array,
  label: string,
  ikm: Uint8Array,
): Uint8Array {
  return extract(suite, salt, concat(VERSION, suiteId, utf8(label), ikm));
}

export function labeledExpand(
  suite: HkdfSuite,
  suiteId: Uint8Array,
  prk: Uint8Array,
  label: string,
  info: Uint8Array,
  length: number,
): Uint8Array {
  return expand(suite, prk, concat(bigEndian(length, 2), VERSION, suiteId, utf8(label), info), length);
}

interface Schedule {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly exporterSecret: Uint8Array;
}

const pskIdHashes = new WeakMap<CipherSuite, Uint8Array>();

/** RFC 9180, section 5.1, KeySchedule with an empty pre-shared key. */
function keySchedule(suite: CipherSuite, sharedSecret: Uint8Array, info: Uint8Array): Schedule {
  const id = concat(
    utf8('HPKE'),
    bigEndian(suite.kem.id, 2),
    bigEndian(suite.kdfId, 2),
    bigEndian(suite.aead.id, 2),
  );
  let pskIdHash = pskIdHashes.get(suite);
  if (pskIdHash === undefined) {
    pskIdHash = labeledExtract(suite, id, EMPTY, 'psk_id_hash', EMPTY);
    pskIdHashes.set(suite, pskIdHash);
  }
  const context = concat(BASE_MODE, pskIdHash, labeledExtract(suite, id, EMPTY, 'info_hash', info));
  const secret = labeledExtract(suite, id, sharedSecret, 'secret', EMPTY);
  return {
    key: labeledExpand(suite, id, secret, 'key', context, suite.aead.keyLength),
    nonce: labeledExpand(suite, id, secret, 'base_nonce', context, suite.aead.nonceLength),
    get exporterSecret(): Uint8Array {
      return labeledExpand(suite, id, secret, 'exp', context, suite.hashLength);
    },
  };
}

/** SealBase. `random` supplies the bytes of the encapsulation. */
export async function hpkeSeal(
  suite: CipherSuite,
  publicKey: Uint8Array,
  info: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
  random: Uint8Array,
): Promise<Sealed> {
  const { sharedSecret, enc } = await encapsulate(suite, publicKey, random);
  const { key, nonce } = keySchedule(suite, sharedSecret, info);
  return { kemOutput: enc, ciphertext: await suite.aead.seal(key, nonce, aad, plaintext) };
}

/** OpenBase; `undefined` when the ciphertext is not for this key, or was changed. */
export async function hpkeOpen(
  suite: CipherSuite,
  keyPair: KeyPair,
  info: Uint8Array,
  aad: Uint8Array,
  sealed: Sealed,
): Promise<Uint8Array | undefined> {
  let sharedSecret: Uint8Array;
  try {
    sharedSecret = await suite.kem.decapsulate(sealed.kemOutput, keyPair);
  } catch {
    return undefined;
  }
  const { key, nonce } = keySchedule(suite, sharedSecret, info);
  return suite.aead.open(key, nonce, aad, sealed.ciphertext);
}

/** SendExportBase (RFC 9180, section 6.2). */
export async function hpkeSendExport(
  suite: CipherSuite,
  publicKey: Uint8Array,
  info: Uint8Array,
  exporterContext: Uint8Array,
  length: number,
  random: Uint8Array,
): Promise<{ readonly kemOutput: Uint8Array; readonly secret: Uint8Array }> {
  const { sharedSecret, enc } = await encapsulate(suite, publicKey, random);
  return { kemOutput: enc, secret: exportSecret(suite, sharedSecret, info, exporterContext, length) };
}

/** ReceiveExportBase; `undefined` when the encapsulation is unusable. */
export async function hpkeReceiveExport(
  suite: CipherSuite,
  keyPair: KeyPair,
  kemOutput: Uint8Array,
  info: Uint8Array,
  exporterContext: Uint8Array,
  length: number,
): Promise<Uint8Array | undefined> {
  try {
    const sharedSecret = await suite.kem.decapsulate(kemOutput, keyPair);
    return exportSecret(suite, sharedSecret, info, exporterContext, length);
  } catch {
    return undefined;
  }
}

function exportSecret(
  suite: CipherSuite,
  sharedSecret: Uint8Array,
  info: Uint8Array,
  context: Uint8Array,
  length: number,
): Uint8Array {
  const id = concat(
    utf8('HPKE'),
    bigEndian(suite.kem.id, 2),
    bigEndian(suite.kdfId, 2),
    bigEndian(suite.aead.id, 2),
  );
  const { exporterSecret } = keySchedule(suite, sharedSecret, info);
  return labeledExpand(suite, id, exporterSecret, 'sec', context, length);
}

async function encapsulate(
  suite: CipherSuite,
  publicKey: Uint8Array,
  random: Uint8Array,
): Promise<{ readonly sharedSecret: Uint8Array; readonly enc: Uint8Array }> {
  try {
    return await suite.kem.encapsulate(publicKey, random);
  } catch (error) {
    return fail('crypto-failure', error);
  }
}
