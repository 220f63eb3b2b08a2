/**
 * The HPKE suite of the house (RFC 9180) for our own objects: KEM MLKEM768-X25519, HKDF-SHA-256 and AES-256-GCM.
 * Lengths in bytes.
 */
import * as HPKE from 'hpke';
import { hybridKem } from './hybrid-kem.ts';

export const HPKE_SEED_LENGTH = 32;
export const HPKE_PUBLIC_KEY_LENGTH = 1216;
export const HPKE_ENCAPSULATION_LENGTH = 1120;

let suite: Promise<HPKE.CipherSuite> | undefined;

/** The same each time. */
export function hpkeSuite(): Promise<HPKE.CipherSuite> {
  suite ??= hybridKem().then((kem) => new HPKE.CipherSuite(kem, HPKE.KDF_HKDF_SHA256, HPKE.AEAD_AES_256_GCM));
  return suite;
}
