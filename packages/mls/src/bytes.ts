/** Byte-array helpers. Nothing here allocates more than its result. */

/** The shared empty array; never written to. */
export const EMPTY: Uint8Array = new Uint8Array(0);

const encoder: { encode(text: string): Uint8Array } = new TextEncoder();

/** UTF-8 bytes of `text`; for the ASCII labels of the RFC. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

const known = new Map<string, Uint8Array>();

/** The same, kept for the next time: for texts that stand in the code. Never written to. */
export function fixedText(text: string): Uint8Array {
  let bytes = known.get(text);
  if (bytes === undefined) {
    bytes = utf8(text);
    known.set(text, bytes);
  }
  return bytes;
}

/** One new array with the contents of all `parts` in order. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Whether both arrays hold the same bytes. The time depends on lengths only, so it also compares secrets. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

/** Whether every byte is zero; true for the empty array. Time depends on the length only. */
export function isAllZero(bytes: Uint8Array): boolean {
  let sum = 0;
  for (const byte of bytes) sum |= byte;
  return sum === 0;
}

const HEX: readonly string[] = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));

/** Lower-case hexadecimal; used for map keys of public values. */
export function toHex(bytes: Uint8Array): string {
  let out = '';
  for (const byte of bytes) out += HEX[byte];
  return out;
}

/** `length` bytes of the big-endian form of `value` (RFC 8017 I2OSP). */
export function bigEndian(value: number, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let rest = value;
  for (let i = length - 1; i >= 0; i--) {
    out[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return out;
}

/** A new array, `a` XOR `b` on the first `b.length` bytes, the rest of `a` unchanged. */
export function xorPrefix(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = a.slice();
  for (let i = 0; i < b.length; i++) out[i] = (out[i] ?? 0) ^ (b[i] ?? 0);
  return out;
}
