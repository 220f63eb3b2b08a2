/**
 * The public key of a DER certificate (RFC 5280, section 4.1), in the form that MLS signature keys have.
 * Nothing else of the certificate is judged here: that is the authentication service's part.
 */

interface Tlv {
  readonly tag: number;
  readonly body: Uint8Array;
  /** Behind this element. */
  readonly rest: Uint8Array;
}

function readTlv(bytes: Uint8Array): Tlv | undefined {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined) return undefined;
  let length = first;
  let at = 2;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count < 1 || count > 3) return undefined;
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + (bytes[at++] ?? 0);
  }
  if (at + length > bytes.length) return undefined;
  return { tag, body: bytes.subarray(at, at + length), rest: bytes.subarray(at + length) };
}

const SEQUENCE = 0x30;
const VERSION = 0xa0;
const BIT_STRING = 0x03;

/** `undefined` when the certificate cannot be parsed. */
export function certificateKey(certificate: Uint8Array): Uint8Array | undefined {
  const outer = readTlv(certificate);
  const tbs = outer?.tag === SEQUENCE ? readTlv(outer.body) : undefined;
  if (tbs?.tag !== SEQUENCE) return undefined;
  let rest = tbs.body;
  if (rest[0] === VERSION) rest = readTlv(rest)?.rest ?? rest;
  // serialNumber, signature, issuer, validity and subject stand before subjectPublicKeyInfo.
  for (let i = 0; i < 5; i++) {
    const item = readTlv(rest);
    if (item === undefined) return undefined;
    rest = item.rest;
  }
  const info = readTlv(rest);
  const algorithm = info?.tag === SEQUENCE ? readTlv(info.body) : undefined;
  const key = algorithm && readTlv(algorithm.rest);
  if (key?.tag !== BIT_STRING || key.body[0] !== 0) return undefined;
  return key.body.slice(1);
}
