/**
 * The provider seam: every primitive that the engine uses, and the only way to one.
 *
 * Hashing and HKDF are synchronous, since a commit does hundreds of them and a round trip each would cost
 * more than the work. Everything else may answer at once or by a promise, whichever is faster there.
 */
import type { PublicSuite } from './public-suite.ts';

export type Awaitable<T> = T | Promise<T>;

/** `length` fresh, unpredictable bytes. The engine draws all its randomness from one of these. */
export type Random = (length: number) => Uint8Array;

export interface KeyPair {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

/** A key encapsulation mechanism as RFC 9180, section 4 has it. Keys are in their serialized forms. */
export interface Kem {
  readonly id: number;
  /** Length of a private key (Nsk), and of the fresh bytes that make a new one. */
  readonly seedLength: number;
  /** How many random bytes `encapsulate` wants. */
  readonly encapsulationRandomLength: number;
  deriveKeyPair(ikm: Uint8Array): Awaitable<KeyPair>;
  /** Throws or rejects when the public key is unusable. */
  encapsulate(
    publicKey: Uint8Array,
    random: Uint8Array,
  ): Awaitable<{ readonly sharedSecret: Uint8Array; readonly enc: Uint8Array }>;
  /** Throws or rejects when `enc` is unusable. */
  decapsulate(enc: Uint8Array, keyPair: KeyPair): Awaitable<Uint8Array>;
}

export interface Aead {
  readonly id: number;
  readonly keyLength: number;
  readonly nonceLength: number;
  seal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Awaitable<Uint8Array>;
  /** `undefined` when the ciphertext is not authentic. */
  open(
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    ciphertext: Uint8Array,
  ): Awaitable<Uint8Array | undefined>;
}

/** A cipher suite with its secret operations. */
export interface CipherSuite extends PublicSuite {
  /** The identifier of HKDF with this hash in RFC 9180, section 7.2. */
  readonly kdfId: number;
  readonly kem: Kem;
  readonly aead: Aead;
  hmac(key: Uint8Array, data: Uint8Array): Uint8Array;
  sign(privateKey: Uint8Array, message: Uint8Array): Awaitable<Uint8Array>;
  generateSignatureKeyPair(random: Random): Awaitable<KeyPair>;
}

/** Where the suites come from. */
export interface CryptoProvider {
  /** The suite of that identifier, or `undefined` when this provider cannot do it. */
  suite(id: number): CipherSuite | undefined;
  readonly suiteIds: readonly number[];
}
