/** Raw keys as `node:crypto` key objects, remembered per array so that a key in use is parsed once. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

type OkpCurve = 'X25519' | 'X448' | 'Ed25519' | 'Ed448';

/** The object identifiers' last byte: 1.3.101.110 to 113. */
const OKP_PREFIX: Readonly<Record<OkpCurve, string>> = {
  X25519: '302e020100300506032b656e04220420',
  X448: '3046020100300506032b656f043a0438',
  Ed25519: '302e020100300506032b657004220420',
  Ed448: '3047020100300506032b6571043b0439',
};

const publicKeys = new WeakMap<Uint8Array, KeyObject>();
const privateKeys = new WeakMap<Uint8Array, KeyObject>();

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url');
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
    createPublicKey({ key: { kty: 'OKP', crv, x: base64url(raw) }, format: 'jwk' }),
  );
}

export function okpPrivate(crv: OkpCurve, raw: Uint8Array): KeyObject {
  return remembered(privateKeys, raw, () =>
    createPrivateKey({
      key: Buffer.concat([Buffer.from(OKP_PREFIX[crv], 'hex'), raw]),
      format: 'der',
      type: 'pkcs8',
    }),
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
