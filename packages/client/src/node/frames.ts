/**
 * Messages on a byte stream between two programs of one person.
 *
 * ```
 * frame = length (4 bytes, big-endian) ‖ CBOR value of that many bytes
 * ```
 */
import { type Bytes, type CborValue, concat, decodeCbor, encodeCbor } from '@sotto/crypto/public';

const HEADER = 4;

/** Room for the export of a large account; what claims to be longer is no frame of ours. */
const MOST_BYTES = 1 << 28;

/** Throws a TypeError for what is not plain data, and a RangeError for what is too long. */
export function encodeFrame(message: unknown): Bytes {
  const body = encodeCbor(message as CborValue);
  if (body.length > MOST_BYTES) throw new RangeError('The message is too long.');
  if (decodeCbor(body) === undefined) throw new TypeError('The message is not plain data.');
  const header = new Uint8Array(HEADER);
  new DataView(header.buffer).setUint32(0, body.length);
  return concat(header, body);
}

/** Puts the pieces of a stream together. */
export class FrameReader {
  #pieces: Uint8Array[] = [];
  #length = 0;

  /** Returns the messages that are complete with this piece, or undefined where the stream is not of frames. */
  push(piece: Uint8Array): readonly unknown[] | undefined {
    this.#pieces.push(piece);
    this.#length += piece.length;
    const messages: unknown[] = [];
    while (true) {
      const size = this.#nextSize();
      if (size === undefined) return messages;
      if (size > MOST_BYTES) return undefined;
      if (this.#length < HEADER + size) return messages;
      const message = decodeCbor(this.#take(HEADER + size).subarray(HEADER));
      if (message === undefined) return undefined;
      messages.push(message);
    }
  }

  #nextSize(): number | undefined {
    if (this.#length < HEADER) return undefined;
    if ((this.#pieces[0]?.length ?? 0) < HEADER) this.#pieces = [concat(...this.#pieces)];
    const first = this.#pieces[0] ?? new Uint8Array(HEADER);
    return new DataView(first.buffer, first.byteOffset, HEADER).getUint32(0);
  }

  #take(length: number): Uint8Array {
    const whole = concat(...this.#pieces);
    const rest = whole.subarray(length);
    this.#pieces = rest.length === 0 ? [] : [rest];
    this.#length = rest.length;
    return whole.subarray(0, length);
  }
}
