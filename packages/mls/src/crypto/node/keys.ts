/**
 * Raw keys as `node:crypto` key objects, remembered per array so that a key in use is parsed once.
 *
 * Keys of the Edwards and Montgomery curves are handed over as PEM text. Node 24 tells keys from options by an
 * exception for each object that is neither; with text there is nothing to ask, which is three times as fast.
 */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

type OkpCurve = 'X25519' | 'X448' | 'Ed25519' | 'Ed448';

/** Length of a private key, and of a public one. */
const OKP_LENGTHS: Readonly<Record<OkpCurve, number>> = { X25519: 32, X448: 56, Ed25519: 32, Ed448: 57 };

/** What stands before the raw key in PKCS #8 (RFC 8410, section 7). The object identifiers are 1.3.101.110 to 113. */
const PRIVATE_PREFIXES: Readonly<Record<OkpCurve, Uint8Array>> = {
  X25519: Buffer.from('302e020100300506032b656e04220420', 'hex'),
  X448: Buffer.from('3046020100300506032b656f043a0438', 'hex'),
  Ed25519: Buffer.from('302e020100300506032b657004220420', 'hex'),
  Ed448: Buffer.from('3047020100300506032b6571043b0439', 'hex'),
};

/** The same for a SubjectPublicKeyInfo (RFC 8410, section 4). */
const PUBLIC_PREFIXES: Readonly<Record<OkpCurve, Uint8Array>> = {
  X25519: Buffer.from('302a300506032b656e032100', 'hex'),
  X448: Buffer.from('3042300506032b656f033900', 'hex'),
  Ed25519: Buffer.from('302a300506032b6570032100', 'hex'),
  Ed448: Buffer.from('3043300506032b6571033a00', 'hex'),
};

const publicKeys = new WeakMap<Uint8Array, KeyObject>();
const privateKeys = new WeakMap<Uint8Array, KeyObject>();

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url');
}

/** RFC 7468. Throws for a raw key of the wrong length: OpenSSL would pass over what is left at the end. */
function pem(label: string, prefix: Uint8Array, raw: Uint8Array, length: number): string {
  if (raw.length !== length) throw new RangeError('A key has the wrong length.');
  const der = Buffer.concat([prefix, raw]).toString('base64');
  return `-----BEGIN ${label}-----\n${der}\n-----END ${label}-----\n`;
}

function remembered(
  cache: WeakMap<Uint8Array, KeyObject>,
  raw: Uint8Array,
  make: () => KeyObject,
): KeyObject {
  let key = cache.get(raw);
  if (key === undefined) {
    key = make();
    cache.set(raw, key);
  }
  return key;
}

export function okpPublic(crv: OkpCurve, raw: Uint8Array): KeyObject {
  return remembered(publicKeys, raw, () =>
    createPublicKey(pem('PUBLIC KEY', PUBLIC_PREFIXES[crv], raw, OKP_LENGTHS[crv])),
  );
}

export function okpPrivate(crv: OkpCurve, raw: Uint8Array): KeyObject {
  return remembered(privateKeys, raw, () =>
    createPrivateKey(pem('PRIVATE KEY', PRIVATE_PREFIXES[crv], raw, OKP_LENGTHS[crv])),
  );
}

/** The public key of a private one, raw. */
export function okpDerive(crv: OkpCurve, raw: Uint8Array): Uint8Array {
  const exported = createPublicKey(okpPrivate(crv, raw)).export({ format: 'jwk' });
  return new Uint8Array(Buffer.from(exported.x ?? '', 'base64url'));
}

export function ecPublic(crv: string, raw: Uint8Array): KeyObject {
  const half = (raw.length - 1) / 2;
  return remembered(publicKeys, raw, () =>
    createPublicKey({
      key: {
        kty: 'EC',
        crv,
        x: base64url(raw.subarray(1, 1 + half)),
        y: base64url(raw.subarray(1 + half)),
      },
      format: 'jwk',
    }),
  );
}

/** `publicRaw` is the uncompressed point of `raw`. */
export function ecPrivate(crv: string, raw: Uint8Array, publicRaw: () => Uint8Array): KeyObject {
  return remembered(privateKeys, raw, () => {
    const point = publicRaw();
    const half = (point.length - 1) / 2;
    const padded = new Uint8Array(half);
    padded.set(raw, half - raw.length);
    const [x, y] = [base64url(point.subarray(1, 1 + half)), base64url(point.subarray(1 + half))];
    return createPrivateKey({ key: { kty: 'EC', crv, d: base64url(padded), x, y }, format: 'jwk' });
  });
}
