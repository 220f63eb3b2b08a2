/**
 * Growing output for the TLS presentation language with the variable-size vectors of RFC 9420, section 2.1.
 * Buffers are used again, since making one costs more than most of what is written; they are wiped in between,
 * for some of it is secret.
 */
import { check, fail } from '../errors.ts';

const SMALLEST = 4096;
const LARGEST_KEPT = 65_536;
const MOST_KEPT = 4;
const NONE: Uint8Array<ArrayBuffer> = new Uint8Array(0);
const free: Uint8Array<ArrayBuffer>[] = [];

/**
 * A writer owns its buffer until `finish`, which hands out an exact copy and ends the writer. A number that does not fit
 * is an error: cut to size, it would be another one to the receiver than to the sender.
 */
export class Writer {
  #buffer: Uint8Array<ArrayBuffer> = free.pop() ?? new Uint8Array(SMALLEST);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  uint8(value: number): void {
    check((value & 0xff) === value, 'invalid-argument');
    const at = this.#reserve(1);
    this.#buffer[at] = value;
  }

  uint16(value: number): void {
    check((value & 0xffff) === value, 'invalid-argument');
    this.#put(this.#reserve(2), value, 2);
  }

  uint32(value: number): void {
    check(value >>> 0 === value, 'invalid-argument');
    this.#put(this.#reserve(4), value, 4);
  }

  uint64(value: bigint): void {
    check(BigInt.asUintN(64, value) === value, 'invalid-argument');
    const at = this.#reserve(8);
    this.#put(at, Number(value >> 32n), 4);
    this.#put(at + 4, Number(value & 0xffffffffn), 4);
  }

  raw(bytes: Uint8Array): void {
    const at = this.#reserve(bytes.length);
    this.#buffer.set(bytes, at);
  }

  /** `opaque value<V>`: variable-length size, then the bytes. */
  opaque(bytes: Uint8Array): void {
    this.#header(this.#reserve(headerSize(bytes.length)), bytes.length);
    this.raw(bytes);
  }

  /** A vector: what `body` writes, preceded by its size in bytes. */
  vector(body: () => void): void {
    const start = this.#length;
    body();
    const length = this.#length - start;
    const size = headerSize(length);
    this.#reserve(size);
    this.#buffer.copyWithin(start + size, start, start + length);
    this.#header(start, length);
  }

  finish(): Uint8Array {
    const out = this.#buffer.slice(0, this.#length);
    release(this.#buffer, this.#length);
    this.#buffer = NONE;
    this.#length = 0;
    return out;
  }

  #reserve(size: number): number {
    const at = this.#length;
    const needed = at + size;
    if (needed > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
      grown.set(this.#buffer.subarray(0, at));
      release(this.#buffer, at);
      this.#buffer = grown;
    }
    this.#length = needed;
    return at;
  }

  #header(at: number, length: number): void {
    if (length < 0x40) this.#buffer[at] = length;
    else if (length < 0x4000) this.#put(at, 0x4000 | length, 2);
    else this.#put(at, (0x80000000 | length) >>> 0, 4);
  }

  /** Big-endian, by hand: a DataView for each short message costs more than it saves. */
  #put(at: number, value: number, size: number): void {
    for (let i = 0; i < size; i++) this.#buffer[at + i] = value >>> (8 * (size - 1 - i));
  }
}

/** Wipes a buffer, and keeps it for the next writer unless it is large. */
function release(buffer: Uint8Array<ArrayBuffer>, written: number): void {
  buffer.fill(0, 0, written);
  if (buffer.length <= LARGEST_KEPT && free.length < MOST_KEPT) free.push(buffer);
}

/** A vector of 2^30 bytes or more has no encoding. */
function headerSize(length: number): number {
  if (length < 0x40) return 1;
  if (length < 0x4000) return 2;
  if (length < 0x40000000) return 4;
  return fail('invalid-argument');
}
