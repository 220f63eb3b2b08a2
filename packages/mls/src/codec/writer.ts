/**
 * Growing output for the TLS presentation language with the variable-size vectors of RFC 9420, section 2.1.
 * A writer owns its buffer; `finish` hands out an exact copy.
 */
export class Writer {
  #buffer: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #length = 0;

  constructor(capacity = 256) {
    this.#buffer = new Uint8Array(capacity);
    this.#view = new DataView(this.#buffer.buffer);
  }

  get length(): number {
    return this.#length;
  }

  uint8(value: number): void {
    const at = this.#reserve(1);
    this.#buffer[at] = value;
  }

  uint16(value: number): void {
    const at = this.#reserve(2);
    this.#view.setUint16(at, value);
  }

  uint32(value: number): void {
    const at = this.#reserve(4);
    this.#view.setUint32(at, value);
  }

  uint64(value: bigint): void {
    const at = this.#reserve(8);
    this.#view.setBigUint64(at, value);
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
    return this.#buffer.slice(0, this.#length);
  }

  #reserve(size: number): number {
    const at = this.#length;
    const needed = at + size;
    if (needed > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
      grown.set(this.#buffer.subarray(0, at));
      this.#buffer = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.#length = needed;
    return at;
  }

  #header(at: number, length: number): void {
    if (length < 0x40) this.#buffer[at] = length;
    else if (length < 0x4000) this.#view.setUint16(at, 0x4000 | length);
    else this.#view.setUint32(at, (0x80000000 | length) >>> 0);
  }
}

function headerSize(length: number): number {
  if (length < 0x40) return 1;
  if (length < 0x4000) return 2;
  if (length < 0x40000000) return 4;
  throw new RangeError('A vector of 2^30 bytes or more has no encoding.');
}
