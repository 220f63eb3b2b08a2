/**
 * HPKE in base mode (RFC 9180): one-shot sealing, and the exporter that external commits need.
 * Composed here from the provider's KEM, HKDF and AEAD, so that a seal costs one KEM operation and no more.
 */
import { bigEndian, concat, EMPTY, fixedText, utf8 } from '../bytes.ts';
import { check, fail } from '../errors.ts';
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
  return extract(suite, salt, concat(VERSION, suiteId, fixedText(label), ikm));
}

export function labeledExpand(
  suite: HkdfSuite,
  suiteId: Uint8Array,
  prk: Uint8Array,
  label: string,
  info: Uint8Array,
  length: number,
): Uint8Array {
  return expand(suite, prk, concat(bigEndian(length, 2), VERSION, suiteId, fixedText(label), info), length);
}

/** What many seals with one `info` share (RFC 9180, section 5.1): its hash is computed once. */
export interface HpkeContext {
  readonly suiteId: Uint8Array;
  /** `key_schedule_context`. */
  readonly scheduleContext: Uint8Array;
}

export function hpkeContext(suite: CipherSuite, info: Uint8Array): HpkeContext {
  const suiteId = concat(
    utf8('HPKE'),
    bigEndian(suite.kem.id, 2),
    bigEndian(suite.kdfId, 2),
    bigEndian(suite.aead.id, 2),
  );
  const pskIdHash = labeledExtract(suite, suiteId, EMPTY, 'psk_id_hash', EMPTY);
  const infoHash = labeledExtract(suite, suiteId, EMPTY, 'info_hash', info);
  return { suiteId, scheduleContext: concat(BASE_MODE, pskIdHash, infoHash) };
}

/** RFC 9180, section 5.1, KeySchedule with an empty pre-shared key, up to `secret`. */
function scheduleSecret(suite: CipherSuite, { suiteId }: HpkeContext, sharedSecret: Uint8Array): Uint8Array {
  return labeledExtract(suite, suiteId, sharedSecret, 'secret', EMPTY);
}

function messageKey(
  suite: CipherSuite,
  context: HpkeContext,
  sharedSecret: Uint8Array,
): { readonly key: Uint8Array; readonly nonce: Uint8Array } {
  const { suiteId, scheduleContext } = context;
  const secret = scheduleSecret(suite, context, sharedSecret);
  return {
    key: labeledExpand(suite, suiteId, secret, 'key', scheduleContext, suite.aead.keyLength),
    nonce: labeledExpand(suite, suiteId, secret, 'base_nonce', scheduleContext, suite.aead.nonceLength),
  };
}

/** SealBase. `random` supplies the bytes of the encapsulation. */
export async function hpkeSeal(
  suite: CipherSuite,
  publicKey: Uint8Array,
  context: HpkeContext,
  aad: Uint8Array,
  plaintext: Uint8Array,
  random: Uint8Array,
): Promise<Sealed> {
  const { sharedSecret, enc } = await encapsulate(suite, publicKey, random);
  const { key, nonce } = messageKey(suite, context, sharedSecret);
  return { kemOutput: enc, ciphertext: await suite.aead.seal(key, nonce, aad, plaintext) };
}

/** OpenBase; `undefined` when the ciphertext is not for this key, or was changed. */
export async function hpkeOpen(
  suite: CipherSuite,
  keyPair: KeyPair,
  context: HpkeContext,
  aad: Uint8Array,
  sealed: Sealed,
): Promise<Uint8Array | undefined> {
  let sharedSecret: Uint8Array;
  try {
    sharedSecret = await suite.kem.decapsulate(sealed.kemOutput, keyPair);
  } catch {
    return undefined;
  }
  const { key, nonce } = messageKey(suite, context, sharedSecret);
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
  exporterContext: Uint8Array,
  length: number,
): Uint8Array {
  const context = hpkeContext(suite, info);
  const { suiteId, scheduleContext } = context;
  const secret = scheduleSecret(suite, context, sharedSecret);
  const exporter = labeledExpand(suite, suiteId, secret, 'exp', scheduleContext, suite.hashLength);
  return labeledExpand(suite, suiteId, exporter, 'sec', exporterContext, length);
}

async function encapsulate(
  suite: CipherSuite,
  publicKey: Uint8Array,
  random: Uint8Array,
): Promise<{ readonly sharedSecret: Uint8Array; readonly enc: Uint8Array }> {
  // A source that gives less than was asked for would make a key that all can guess.
  check(random.length === suite.kem.encapsulationRandomLength, 'invalid-argument');
  try {
    return await suite.kem.encapsulate(publicKey, random);
  } catch (error) {
    return fail('crypto-failure', error);
  }
}
