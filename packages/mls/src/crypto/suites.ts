/** Cipher suites: RFC 9420, section 17.1, and the one hybrid suite of this house. */

export type HashName = 'sha256' | 'sha384' | 'sha512';
export type AeadName = 'aes128gcm' | 'aes256gcm' | 'chacha20poly1305';
export type SignatureName = 'ed25519' | 'ed448' | 'p256' | 'p384' | 'p521';
export type DhName = 'x25519' | 'x448' | 'p256' | 'p384' | 'p521';
/** `xwing` is the same KEM with the key derivation of draft-connolly-cfrg-xwing-kem instead of draft-ietf-hpke-pq's. */
export type KemName = DhName | 'mlkem768x25519' | 'xwing';

/** The algorithms of a suite. The KDF of HPKE and of MLS is HKDF with the suite's hash. */
export interface SuiteParameters {
  readonly id: number;
  readonly name: string;
  readonly kem: KemName;
  readonly aead: AeadName;
  readonly hash: HashName;
  readonly signature: SignatureName;
}

/**
 * The hybrid suite: MLKEM768-X25519 (X-Wing) with AES-256-GCM, SHA-384 and Ed25519.
 *
 * The identifier lies in the private-use range 0xF000–0xFFFF of RFC 9420, section 17.1, until
 * draft-ietf-mls-pq-ciphersuites has numbers; the composition is that draft's.
 */
export const HYBRID_SUITE_ID = 0xf042;

/** What new groups use unless told otherwise. */
export const DEFAULT_SUITE_ID: number = HYBRID_SUITE_ID;

export const SUITES: readonly SuiteParameters[] = [
  {
    id: 1,
    name: 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519',
    kem: 'x25519',
    aead: 'aes128gcm',
    hash: 'sha256',
    signature: 'ed25519',
  },
  {
    id: 2,
    name: 'MLS_128_DHKEMP256_AES128GCM_SHA256_P256',
    kem: 'p256',
    aead: 'aes128gcm',
    hash: 'sha256',
    signature: 'p256',
  },
  {
    id: 3,
    name: 'MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519',
    kem: 'x25519',
    aead: 'chacha20poly1305',
    hash: 'sha256',
    signature: 'ed25519',
  },
  {
    id: 4,
    name: 'MLS_256_DHKEMX448_AES256GCM_SHA512_Ed448',
    kem: 'x448',
    aead: 'aes256gcm',
    hash: 'sha512',
    signature: 'ed448',
  },
  {
    id: 5,
    name: 'MLS_256_DHKEMP521_AES256GCM_SHA512_P521',
    kem: 'p521',
    aead: 'aes256gcm',
    hash: 'sha512',
    signature: 'p521',
  },
  {
    id: 6,
    name: 'MLS_256_DHKEMX448_CHACHA20POLY1305_SHA512_Ed448',
    kem: 'x448',
    aead: 'chacha20poly1305',
    hash: 'sha512',
    signature: 'ed448',
  },
  {
    id: 7,
    name: 'MLS_256_DHKEMP384_AES256GCM_SHA384_P384',
    kem: 'p384',
    aead: 'aes256gcm',
    hash: 'sha384',
    signature: 'p384',
  },
  {
    id: HYBRID_SUITE_ID,
    name: 'MLS_192_MLKEM768X25519_AES256GCM_SHA384_Ed25519',
    kem: 'mlkem768x25519',
    aead: 'aes256gcm',
    hash: 'sha384',
    signature: 'ed25519',
  },
];
