/**
 * Input cursor for the TLS presentation language with the variable-size vectors of RFC 9420, section 2.1.
 *
 * Reading past the end or meeting a non-canonical form throws `Malformed`. It never leaves this folder's
 * `decode`, which turns it into `undefined`; nothing else may catch it.
 */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

export class Reader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  get atEnd(): boolean {
    return this.#at === this.#end;
  }

  get position(): number {
    return this.#at;
  }

  uint8(): number {
    return this.#bytes[this.#take(1)] ?? 0;
  }

  uint16(): number {
    return this.#number(2);
  }

  uint32(): number {
    return this.#number(4);
  }

  uint64(): bigint {
    const high = BigInt(this.#number(4));
    return (high << 32n) | BigInt(this.#number(4));
  }

  /** A copy of the next `length` bytes, owned by the caller. */
  raw(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.slice(at, at + length);
  }

  /** `opaque value<V>`, copied. */
  opaque(): Uint8Array {
    return this.raw(this.#size());
  }

  /** A reader of the body of the next vector; this one moves behind it. */
  vector(): Reader {
    const length = this.#size();
    const at = this.#take(length);
    return new Reader(this.#bytes, at, at + length);
  }

  /** A copy of all that is left. */
  rest(): Uint8Array {
    return this.raw(this.#end - this.#at);
  }

  /** A copy of what was read since `start`, a former `position`. */
  since(start: number): Uint8Array {
    return this.#bytes.slice(start, this.#at);
  }

  #number(size: number): number {
    const at = this.#take(size);
    let value = 0;
    for (let i = at; i < at + size; i++) value = value * 256 + (this.#bytes[i] ?? 0);
    return value;
  }

  /** The variable-size integer: 1, 2 or 4 bytes, in its shortest form only. */
  #size(): number {
    const first = this.uint8();
    const log = first >>> 6;
    if (log === 0) return first;
    if (log === 1) return this.#shortest(((first & 0x3f) << 8) | this.uint8(), 0x40);
    if (log === 2) {
      const rest = (this.uint8() << 16) | this.uint16();
      return this.#shortest((first & 0x3f) * 0x1000000 + rest, 0x4000);
    }
    throw new Malformed('vector size with reserved prefix');
  }

  #shortest(value: number, least: number): number {
    if (value < least) throw new Malformed('vector size not in shortest form');
    return value;
  }

  #take(length: number): number {
    const at = this.#at;
    if (length > this.#end - at) throw new Malformed('input ends early');
    this.#at = at + length;
    return at;
  }
}
