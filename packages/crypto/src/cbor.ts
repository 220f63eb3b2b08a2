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

/** Arrays, maps and tags within each other; nothing of ours comes near. */
const MOST_NESTING = 32;

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
 * indefinite lengths, tags, nesting deeper than 32.
 * Maps become plain objects whose keys are text, or `Map`s where `maps` asks for them. The byte strings in the
 * value may share memory with `bytes`.
 */
export function decodeCbor(bytes: Uint8Array, options: { maps?: boolean } = {}): unknown {
  if (!isShallow(bytes)) return undefined;
  try {
    return decode(bytes, { ...STRICT, useMaps: options.maps === true });
  } catch {
    return undefined;
  }
}

/**
 * Whether nothing is nested too deep, in one pass without recursion: a decoder that recurses runs out of stack on a few
 * kilobytes of `81`, each an array of the next. What is malformed otherwise is left to the decoder.
 */
function isShallow(bytes: Uint8Array): boolean {
  /** Items still to come, in each of those that are open. */
  const open: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const major = (bytes[at] ?? 0) >> 5;
    const short = (bytes[at] ?? 0) & 31;
    if (short > 27) return true;
    const size = short < 24 ? 0 : 2 ** (short - 24);
    let value = size === 0 ? short : 0;
    for (let i = 1; i <= size; i++) value = value * 256 + (bytes[at + i] ?? 0);
    at += 1 + size + (major === 2 || major === 3 ? value : 0);
    const items = major === 4 ? value : major === 5 ? 2 * value : major === 6 ? 1 : 0;
    if (items > 0 && open.push(items) > MOST_NESTING) return false;
    if (items === 0) endItem(open);
    if (open.length === 0) return true;
  }
  return true;
}

/** An item is whole, and with it each that it was the last of. */
function endItem(open: number[]): void {
  while (open.length > 0) {
    const left = (open.at(-1) ?? 0) - 1;
    if (left > 0) {
      open[open.length - 1] = left;
      return;
    }
    open.pop();
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
