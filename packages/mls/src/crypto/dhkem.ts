/** DHKEM (RFC 9180, section 4.1) over any Diffie-Hellman group of the provider. */
import { bigEndian, concat, EMPTY, isAllZero, utf8 } from '../bytes.ts';
import { check, fail } from '../errors.ts';
import type { HkdfSuite } from './hkdf.ts';
import { labeledExpand, labeledExtract } from './hpke.ts';
import type { Awaitable, Kem, KeyPair } from './provider.ts';
import type { DhName } from './suites.ts';

/** A Diffie-Hellman group. Functions throw or reject on unusable input. */
export interface DhGroup {
  publicKey(privateKey: Uint8Array): Awaitable<Uint8Array>;
  /** The shared secret: the coordinate only, as RFC 9180, section 4.1 has it. */
  dh(privateKey: Uint8Array, publicKey: Uint8Array): Awaitable<Uint8Array>;
}

interface DhParameters {
  readonly id: number;
  readonly privateKeyLength: number;
  /** For the NIST curves: the order, and the mask of the first byte of a candidate (section 7.1.3). */
  readonly order?: bigint;
  readonly mask?: number;
}

const DH_PARAMETERS: Readonly<Record<DhName, DhParameters>> = {
  p256: {
    id: 0x10,
    privateKeyLength: 32,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    mask: 0xff,
  },
  p384: {
    id: 0x11,
    privateKeyLength: 48,
    order:
      0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    mask: 0xff,
  },
  p521: {
    id: 0x12,
    privateKeyLength: 66,
    order:
      0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
    mask: 0x01,
  },
  x25519: { id: 0x20, privateKeyLength: 32 },
  x448: { id: 0x21, privateKeyLength: 56 },
};

const SECRET_LENGTHS: Readonly<Record<DhName, number>> = {
  p256: 32,
  p384: 48,
  p521: 64,
  x25519: 32,
  x448: 64,
};

/** `hkdf` is HKDF with the hash of the KEM, which for every suite of RFC 9420 is that of the suite. */
export function dhkem(name: DhName, group: DhGroup, hkdf: HkdfSuite): Kem {
  const parameters = DH_PARAMETERS[name];
  const { id, privateKeyLength } = parameters;
  const suiteId = concat(utf8('KEM'), bigEndian(id, 2));

  async function deriveKeyPair(ikm: Uint8Array): Promise<KeyPair> {
    const privateKey = derivePrivateKey(parameters, suiteId, hkdf, ikm);
    return { privateKey, publicKey: await group.publicKey(privateKey) };
  }

  async function shared(
    privateKey: Uint8Array,
    publicKey: Uint8Array,
    kemContext: Uint8Array,
  ): Promise<Uint8Array> {
    const dh = await group.dh(leftPad(privateKey, privateKeyLength), publicKey);
    check(!isAllZero(dh), 'weak-encryption-key');
    const prk = labeledExtract(hkdf, suiteId, EMPTY, 'eae_prk', dh);
    return labeledExpand(hkdf, suiteId, prk, 'shared_secret', kemContext, SECRET_LENGTHS[name]);
  }

  return {
    id,
    seedLength: privateKeyLength,
    encapsulationRandomLength: privateKeyLength,
    deriveKeyPair,
    async encapsulate(publicKey, random) {
      const ephemeral = await deriveKeyPair(random);
      const enc = ephemeral.publicKey;
      return { enc, sharedSecret: await shared(ephemeral.privateKey, publicKey, concat(enc, publicKey)) };
    },
    decapsulate: (enc, keyPair) => shared(keyPair.privateKey, enc, concat(enc, keyPair.publicKey)),
  };
}

/** RFC 9180, section 7.1.3. */
function derivePrivateKey(
  { order, mask, privateKeyLength }: DhParameters,
  suiteId: Uint8Array,
  hkdf: HkdfSuite,
  ikm: Uint8Array,
): Uint8Array {
  const prk = labeledExtract(hkdf, suiteId, EMPTY, 'dkp_prk', ikm);
  if (order === undefined || mask === undefined) {
    return labeledExpand(hkdf, suiteId, prk, 'sk', EMPTY, privateKeyLength);
  }
  for (let counter = 0; counter < 256; counter++) {
    const bytes = labeledExpand(hkdf, suiteId, prk, 'candidate', bigEndian(counter, 1), privateKeyLength);
    bytes[0] = (bytes[0] ?? 0) & mask;
    const value = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    if (value > 0n && value < order) return bytes;
  }
  return fail('crypto-failure');
}

/** Some peers drop the leading zeros of a P-521 scalar. */
function leftPad(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length >= length) return bytes;
  const out = new Uint8Array(length);
  out.set(bytes, length - bytes.length);
  return out;
}
