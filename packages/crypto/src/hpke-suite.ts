/**
 * The one HPKE suite of the house (RFC 9180, draft-ietf-hpke-pq): KEM MLKEM768-X25519 (X-Wing), HKDF-SHA256,
 * AES-256-GCM. Lengths in bytes.
 */
import * as HPKE from 'hpke';

export const hpkeSuite: HPKE.CipherSuite = new HPKE.CipherSuite(
  HPKE.KEM_MLKEM768_X25519,
  HPKE.KDF_HKDF_SHA256,
  HPKE.AEAD_AES_256_GCM,
);

export const HPKE_SEED_LENGTH = 32;
export const HPKE_PUBLIC_KEY_LENGTH = 1216;
export const HPKE_ENCAPSULATION_LENGTH = 1120;
