/**
 * CBOR (RFC 8949). We always encode in the deterministic form of section 4.2.1, so that what is signed or hashed
 * can be decoded and encoded again without a change.
 */
import { type DecodeOptions, decode, type EncodeOptions, encode, rfc8949EncodeOptions } from 'cborg';
import { type Bytes, copyBytes, equalBytes } from './bytes.ts';

export type CborValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly CborValue[]
  | ReadonlyMap<number | string, CborValue>
  | { readonly [key: string]: CborValue };

const STRICT: DecodeOptions = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowNaN: false,
  allowInfinity: false,
  rejectDuplicateMapKeys: true,
};

const ENCODING: EncodeOptions = {
  ...rfc8949EncodeOptions,
  typeEncoders: {
    undefined() {
      throw new TypeError('undefined has no place in CBOR');
    },
  },
};

/** The deterministic encoding. Throws a TypeError for `undefined` anywhere in it: no decoder of ours takes it. */
export function encodeCbor(value: CborValue): Bytes {
  return copyBytes(encode(value, ENCODING));
}

/**
 * Decodes one value; undefined for anything malformed: trailing bytes, duplicate keys, longer integers than needed,
 * indefinite lengths, tags, nesting that exhausts the stack.
 * Maps become plain objects whose keys are text, or `Map`s where `maps` asks for them. The byte strings in the
 * value may share memory with `bytes`.
 */
export function decodeCbor(bytes: Uint8Array, options: { maps?: boolean } = {}): unknown {
  try {
    return decode(bytes, { ...STRICT, useMaps: options.maps === true });
  } catch {
    return undefined;
  }
}

/** Like {@link decodeCbor}, and undefined too where `bytes` are not the deterministic encoding of the value. */
export function decodeCanonicalCbor(bytes: Uint8Array, options: { maps?: boolean } = {}): unknown {
  const value = decodeCbor(bytes, options);
  try {
    return value !== undefined && equalBytes(encodeCbor(value as CborValue), bytes) ? value : undefined;
  } catch {
    return undefined;
  }
}
