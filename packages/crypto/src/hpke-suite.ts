/**
 * The HPKE suites of the house (RFC 9180): KEM MLKEM768-X25519 and AES-256-GCM with HKDF-SHA-256 for our own objects,
 * with HKDF-SHA-512 for groups. Lengths in bytes.
 */
import * as HPKE from 'hpke';
import { hybridKem } from './hybrid-kem.ts';

export const HPKE_SEED_LENGTH = 32;
export const HPKE_PUBLIC_KEY_LENGTH = 1216;
export const HPKE_ENCAPSULATION_LENGTH = 1120;

export type HpkeSuite = HPKE.CipherSuite;

const KDFS: { readonly [hash in 'SHA-256' | 'SHA-512']: HPKE.KDFFactory } = {
  'SHA-256': HPKE.KDF_HKDF_SHA256,
  'SHA-512': HPKE.KDF_HKDF_SHA512,
};

const made = new Map<string, Promise<HpkeSuite>>();

/** One suite for each hash; the same each time. */
export function hpkeSuite(hash: 'SHA-256' | 'SHA-512'): Promise<HpkeSuite> {
  const known = made.get(hash);
  if (known !== undefined) return known;
  const suite = hybridKem().then((kem) => new HPKE.CipherSuite(kem, KDFS[hash], HPKE.AEAD_AES_256_GCM));
  made.set(hash, suite);
  return suite;
}
