/**
 * MLKEM768-X25519 (X-Wing): draft-connolly-cfrg-xwing-kem, and draft-ietf-hpke-pq for its use in HPKE.
 * A private key is the 32-byte seed; a public key the ML-KEM one, then the X25519 one.
 */
import { sha3_256, shake256 } from '@noble/hashes/sha3.js';
import { bigEndian, concat, isAllZero, utf8 } from '../bytes.ts';
import { check } from '../errors.ts';
import type { DhGroup } from './dhkem.ts';
import type { Awaitable, Kem, KeyPair } from './provider.ts';

/** ML-KEM-768 (FIPS 203) from 64-byte seeds; `random` is the 32-byte message of an encapsulation. */
export interface MlKem768 {
  publicKey(seed: Uint8Array): Awaitable<Uint8Array>;
  encapsulate(
    publicKey: Uint8Array,
    random: Uint8Array,
  ): Awaitable<{ readonly sharedSecret: Uint8Array; readonly ciphertext: Uint8Array }>;
  decapsulate(seed: Uint8Array, ciphertext: Uint8Array): Awaitable<Uint8Array>;
}

const HYBRID_KEM_ID = 0x647a;
const LABEL: Uint8Array = Uint8Array.of(0x5c, 0x2e, 0x2f, 0x2f, 0x5e, 0x5c); // \.//^\
const PQ_PUBLIC = 1184;
const PQ_CIPHERTEXT = 1088;
/** The labelled one-stage derivation of draft-ietf-hpke-pq: everything after the key material. */
const DERIVE_SUFFIX: Uint8Array = concat(
  utf8('HPKE-v1'),
  utf8('KEM'),
  bigEndian(HYBRID_KEM_ID, 2),
  bigEndian(13, 2),
  utf8('DeriveKeyPair'),
  bigEndian(32, 2),
);

/** `plainDerivation` selects the key derivation of the X-Wing draft. */
export function hybridKem(pq: MlKem768, x25519: DhGroup, plainDerivation: boolean): Kem {
  function split(seed: Uint8Array): { readonly pqSeed: Uint8Array; readonly scalar: Uint8Array } {
    const expanded = shake256(seed, { dkLen: 96 });
    return { pqSeed: expanded.slice(0, 64), scalar: expanded.slice(64) };
  }

  async function publicKey(seed: Uint8Array): Promise<Uint8Array> {
    const { pqSeed, scalar } = split(seed);
    return concat(await pq.publicKey(pqSeed), await x25519.publicKey(scalar));
  }

  async function deriveKeyPair(ikm: Uint8Array): Promise<KeyPair> {
    const privateKey = shake256(plainDerivation ? ikm : concat(ikm, DERIVE_SUFFIX), { dkLen: 32 });
    return { privateKey, publicKey: await publicKey(privateKey) };
  }

  return {
    id: HYBRID_KEM_ID,
    seedLength: 32,
    encapsulationRandomLength: 64,
    deriveKeyPair,
    async encapsulate(recipient, random) {
      check(recipient.length === PQ_PUBLIC + 32 && random.length === 64, 'invalid-argument');
      const pkX = recipient.subarray(PQ_PUBLIC);
      const inner = await pq.encapsulate(recipient.subarray(0, PQ_PUBLIC), random.subarray(0, 32));
      const ephemeral = random.slice(32);
      const ctX = await x25519.publicKey(ephemeral);
      const sharedSecret = combine(inner.sharedSecret, await x25519.dh(ephemeral, pkX), ctX, pkX);
      return { sharedSecret, enc: concat(inner.ciphertext, ctX) };
    },
    async decapsulate(enc, keyPair) {
      check(enc.length === PQ_CIPHERTEXT + 32, 'malformed');
      const { pqSeed, scalar } = split(keyPair.privateKey);
      const ctX = enc.slice(PQ_CIPHERTEXT);
      const inner = await pq.decapsulate(pqSeed, enc.slice(0, PQ_CIPHERTEXT));
      return combine(inner, await x25519.dh(scalar, ctX), ctX, keyPair.publicKey.subarray(PQ_PUBLIC));
    },
  };
}

function combine(pqSecret: Uint8Array, dh: Uint8Array, ctX: Uint8Array, pkX: Uint8Array): Uint8Array {
  check(!isAllZero(dh), 'weak-encryption-key');
  return sha3_256(concat(pqSecret, dh, ctX, pkX, LABEL));
}
