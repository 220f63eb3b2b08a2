/**
 * Public keys that must not be used: those of small order, off the curve or of the wrong length.
 *
 * With such an HPKE key the shared secret is known to all (RFC 9180, section 7.1.4 asks for a check of the
 * result; we refuse the key where it is parsed), and with such a signature key anyone can sign.
 */
import { p256, p384, p521 } from '@noble/curves/nist.js';
import type { DhName, KemName, SignatureName } from './suites.ts';

const P25519 = 2n ** 255n - 19n;
const P448 = 2n ** 448n - 2n ** 224n - 1n;

/** Little-endian encodings of the values, and of those that a decoder would reduce to them. */
function encodings(values: readonly bigint[], prime: bigint, length: number): readonly Uint8Array[] {
  const limit = prime === P25519 ? 2n ** 255n : 2n ** 448n;
  const all = [...values, ...values.map((value) => value + prime)].filter((value) => value < limit);
  return all.map((value) => {
    let rest = value;
    return Uint8Array.from({ length }, () => {
      const byte = Number(rest & 255n);
      rest >>= 8n;
      return byte;
    });
  });
}

/** The u-coordinates of order 1, 2, 4 and 8 on Curve25519 and its twist. */
const SMALL_U25519: readonly Uint8Array[] = encodings(
  [
    0n,
    1n,
    P25519 - 1n,
    325606250916557431795983626356110631294008115727848805560023387167927233504n,
    39382357235489614581723060781553021112529911719440698176882885853963445705823n,
  ],
  P25519,
  32,
);

/** The y-coordinates of order 1, 2, 4 and 8 on Ed25519. */
const SMALL_Y25519: readonly Uint8Array[] = encodings(
  [
    0n,
    1n,
    P25519 - 1n,
    2707385501144840649318225287225658788936804267575313519463743609750303402022n,
    55188659117513257062467267217118295137698188065244968500265048394206261417927n,
  ],
  P25519,
  32,
);

/** Both X448 and Ed448: cofactor 4. Ed448 encodings have one byte more, for the sign. */
const SMALL_448: readonly Uint8Array[] = encodings([0n, 1n, P448 - 1n], P448, 56);

const nistCurves = { p256, p384, p521 };

export function isSoundKemKey(kem: KemName, key: Uint8Array): boolean {
  if (kem !== 'mlkem768x25519' && kem !== 'xwing') return isSoundDhKey(kem, key);
  return (
    key.length === 1216 && isReducedMlKem(key.subarray(0, 1152)) && isSoundDhKey('x25519', key.subarray(1184))
  );
}

function isSoundDhKey(group: DhName, key: Uint8Array): boolean {
  if (group === 'x25519') {
    return key.length === 32 && !isAmong(key, SMALL_U25519, 0x7f);
  }
  if (group === 'x448') return key.length === 56 && !isAmong(key, SMALL_448, 0xff);
  return isPoint(group, key);
}

export function isSoundSignatureKey(algorithm: SignatureName, key: Uint8Array): boolean {
  if (algorithm === 'ed25519') {
    return key.length === 32 && !isAmong(key, SMALL_Y25519, 0x7f);
  }
  if (algorithm === 'ed448') {
    return key.length === 57 && !isAmong(key.subarray(0, 56), SMALL_448, 0xff);
  }
  return isPoint(algorithm, key);
}

/** An uncompressed point on the curve and not the one at infinity. */
function isPoint(name: keyof typeof nistCurves, key: Uint8Array): boolean {
  const curve = nistCurves[name];
  if (key[0] !== 4) return false;
  try {
    curve.Point.fromBytes(key).assertValidity();
    return true;
  } catch {
    return false;
  }
}

/** FIPS 203, section 7.2: each 12-bit coefficient of an encapsulation key is below q = 3329. */
function isReducedMlKem(coefficients: Uint8Array): boolean {
  for (let i = 0; i < coefficients.length; i += 3) {
    const [a = 0, b = 0, c = 0] = [coefficients[i], coefficients[i + 1], coefficients[i + 2]];
    if ((a | ((b & 15) << 8)) >= 3329 || ((b >>> 4) | (c << 4)) >= 3329) return false;
  }
  return true;
}

/** Whether the key is in the list; `lastMask` covers the bits of its last byte that count. */
function isAmong(key: Uint8Array, list: readonly Uint8Array[], lastMask: number): boolean {
  const last = key.length - 1;
  return list.some((entry) =>
    entry.every((byte, i) => byte === (i === last ? (key[i] ?? 0) & lastMask : key[i])),
  );
}
