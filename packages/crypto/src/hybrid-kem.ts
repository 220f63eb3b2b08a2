/**
 * KEM MLKEM768-X25519 (X-Wing; draft-ietf-hpke-pq, draft-connolly-cfrg-xwing-kem) wherever we run: natively where the
 * runtime has it, composed of native parts in Node, and by @noble in other browsers.
 *
 * Chromium has the KEM but not SHAKE256, by which a key pair is derived, so that one step is @noble's there.
 */
import { shake256 } from '@noble/hashes/sha3.js';
import * as HPKE from 'hpke';
import { concat, utf8 } from './bytes.ts';

const NAME = 'MLKEM768-X25519';
const KEM_ID = 0x647a;
const PRIVATE_KEY_LENGTH = 32;

/** The parts of WebCrypto that its types do not know yet (WICG webcrypto-modern-algos). */
interface ModernSubtle {
  getPublicKey?(key: HPKE.Key, usages: readonly string[]): Promise<HPKE.Key>;
}

let suites: Promise<HPKE.KEMFactory> | undefined;

/** The KEM that fits this runtime. */
export function hybridKem(): Promise<HPKE.KEMFactory> {
  suites ??= chooseKem();
  return suites;
}

async function chooseKem(): Promise<HPKE.KEMFactory> {
  if (supports('digest', { name: 'cSHAKE256', length: 256, outputLength: 256 }))
    return HPKE.KEM_MLKEM768_X25519;
  if (supports('generateKey', NAME)) return nativeKem;
  return nobleKem();
}

function supports(operation: string, algorithm: unknown): boolean {
  const subtle = globalThis.SubtleCrypto as unknown as { supports?(...args: unknown[]): boolean };
  return subtle.supports?.(operation, algorithm) ?? false;
}

/** The runtime's own KEM with DeriveKeyPair done here: the private key is 32 bytes of SHAKE256. */
const nativeKem: HPKE.KEMFactory = () => {
  const kem = HPKE.KEM_MLKEM768_X25519();
  return {
    ...kem,
    async DeriveKeyPair(ikm, extractable) {
      const privateKey = await kem.DeserializePrivateKey(derivePrivateKey(ikm), extractable);
      const subtle = globalThis.crypto.subtle as unknown as ModernSubtle;
      const publicKey = await subtle.getPublicKey?.(privateKey, ['encapsulateBits']);
      if (publicKey === undefined) throw new TypeError('This runtime cannot derive a public key.');
      return { privateKey, publicKey };
    },
  };
};

/** For runtimes without ML-KEM: slower, and loaded only there. */
export async function nobleKem(): Promise<HPKE.KEMFactory> {
  return (await import('@panva/hpke-noble')).KEM_MLKEM768_X25519;
}

/**
 * LabeledDerive(ikm, "DeriveKeyPair", "", 32) of draft-ietf-hpke-pq section 4 with the one-stage KDF SHAKE256:
 * ikm ‖ "HPKE-v1" ‖ "KEM" ‖ kem id (2) ‖ label length (2) ‖ label ‖ output length (2).
 */
export function derivePrivateKey(ikm: Uint8Array): Uint8Array {
  const label = utf8('DeriveKeyPair');
  const input = concat(
    ikm,
    utf8('HPKE-v1KEM'),
    number(KEM_ID),
    number(label.length),
    label,
    number(PRIVATE_KEY_LENGTH),
  );
  return shake256(input, { dkLen: PRIVATE_KEY_LENGTH });
}

/** Two bytes, big-endian. */
function number(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}
