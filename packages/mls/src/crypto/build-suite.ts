/** Puts a cipher suite together from the primitives of one platform. */
import { type DhGroup, dhkem } from './dhkem.ts';
import { hybridKem, type MlKem768 } from './hybrid-kem.ts';
import type { Aead, Awaitable, CipherSuite, CryptoProvider, Kem, KeyPair, Random } from './provider.ts';
import type { SignatureItem } from './public-suite.ts';
import { isSoundKemKey, isSoundSignatureKey } from './sound-keys.ts';
import {
  type AeadName,
  type DhName,
  type HashName,
  type SignatureName,
  SUITES,
  type SuiteParameters,
} from './suites.ts';
import { HASH_LENGTHS } from './universal/hash.ts';

export interface SignatureScheme {
  /** Length of the random bytes from which a key pair is made; enough for a negligible bias. */
  generate(random: Random): Awaitable<KeyPair>;
  sign(privateKey: Uint8Array, message: Uint8Array): Awaitable<Uint8Array>;
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Awaitable<boolean>;
  /** For platforms where `verify` blocks: the same for many, on several threads. */
  readonly verifyAll?: (items: readonly SignatureItem[]) => Promise<readonly boolean[]>;
}

/** One after another for what answers at once, all under way together for what answers later. */
async function verifyEach(
  scheme: SignatureScheme,
  items: readonly SignatureItem[],
): Promise<readonly boolean[]> {
  return Promise.all(items.map((item) => scheme.verify(item.publicKey, item.message, item.signature)));
}

/** What a platform must bring. */
export interface Primitives {
  hash(name: HashName, data: Uint8Array): Uint8Array;
  hmac(name: HashName, key: Uint8Array, data: Uint8Array): Uint8Array;
  readonly aead: Readonly<Record<AeadName, Aead>>;
  readonly signature: Readonly<Record<SignatureName, SignatureScheme>>;
  readonly dh: Readonly<Record<DhName, DhGroup>>;
  readonly mlKem768: MlKem768;
}

const KDF_IDS: Readonly<Record<HashName, number>> = { sha256: 1, sha384: 2, sha512: 3 };

function buildSuite(parameters: SuiteParameters, primitives: Primitives): CipherSuite {
  const { hash, kem, signature } = parameters;
  const hashLength = HASH_LENGTHS[hash];
  const hmac = (key: Uint8Array, data: Uint8Array): Uint8Array => primitives.hmac(hash, key, data);
  const scheme = primitives.signature[signature];
  return {
    id: parameters.id,
    hashLength,
    kdfId: KDF_IDS[hash],
    aead: primitives.aead[parameters.aead],
    kem: buildKem(parameters, primitives, { hashLength, hmac }),
    hash: (data) => primitives.hash(hash, data),
    hmac,
    sign: scheme.sign,
    verify: scheme.verify,
    verifyAll: scheme.verifyAll ?? ((items) => verifyEach(scheme, items)),
    generateSignatureKeyPair: scheme.generate,
    isSoundEncryptionKey: (key) => isSoundKemKey(kem, key),
    isSoundSignatureKey: (key) => isSoundSignatureKey(signature, key),
  };
}

function buildKem(
  { kem }: SuiteParameters,
  primitives: Primitives,
  hkdf: { readonly hashLength: number; hmac(key: Uint8Array, data: Uint8Array): Uint8Array },
): Kem {
  if (kem === 'mlkem768x25519' || kem === 'xwing') {
    return hybridKem(primitives.mlKem768, primitives.dh.x25519, kem === 'xwing');
  }
  return dhkem(kem, primitives.dh[kem], hkdf);
}

/** A provider of `suites`; further ones may be added by whoever needs them, under private identifiers. */
export function buildProvider(
  primitives: Primitives,
  suites: readonly SuiteParameters[] = SUITES,
): CryptoProvider {
  const built = new Map(suites.map((parameters) => [parameters.id, buildSuite(parameters, primitives)]));
  return { suite: (id) => built.get(id), suiteIds: [...built.keys()] };
}
