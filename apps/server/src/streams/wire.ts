/**
 * The frames of the hot path, read and written without a general CBOR codec: the same bytes as
 * packages/contract/src/conversations/frames.ts gives, which a test holds to. Measured in docs/spec/streams.md.
 *
 * ```
 * submit      = 84 01 counter 50 stream(16) bytes
 * acknowledge = 83 02 50 stream(16) number
 * entries     = 83 01 50 stream(16) [ * 86 number kind 50 sender(16) counter time (bytes / f6) ]
 * ```
 */
import { type ClientFrame, decodeClientFrame, type EntryKind } from '@sotto/contract';
import type { Bytes } from '@sotto/crypto/public';
import type { GroupId } from '@sotto/protocol/public';

const ID_LENGTH = 16;
const ID_HEAD = 0x50;
const NULL = 0xf6;
const UINT = 0x00;
const BYTE_STRING = 0x40;
const ARRAY = 0x80;
/** Array head, number, kind, sender, counter, time and the head of the bytes take no more. */
const MOST_HEADS = 1 + 9 + 1 + 17 + 9 + 9 + 5;

/** Undefined for anything but a well-formed frame. Its byte strings share memory with `frame`. */
export function readClientFrame(frame: Buffer<ArrayBuffer>): ClientFrame | undefined {
  if (frame.length < 20) return undefined;
  if (frame[0] === 0x84 && frame[1] === 0x01) return readSubmit(frame) ?? decodeClientFrame(frame);
  if (frame[0] === 0x83 && frame[1] === 0x02) return readAcknowledge(frame) ?? decodeClientFrame(frame);
  return decodeClientFrame(frame);
}

function readSubmit(frame: Buffer<ArrayBuffer>): ClientFrame | undefined {
  const afterCounter = 2 + uintLength(frame, 2, UINT);
  const bytesAt = afterCounter + 1 + ID_LENGTH;
  if (frame[afterCounter] !== ID_HEAD || bytesAt >= frame.length) return undefined;
  const headLength = uintLength(frame, bytesAt, BYTE_STRING);
  const counter = uintAt(frame, 2, UINT);
  const length = uintAt(frame, bytesAt, BYTE_STRING);
  if (counter === undefined || length === undefined) return undefined;
  if (bytesAt + headLength + length !== frame.length) return undefined;
  const stream = frame.toString('base64url', afterCounter + 1, bytesAt) as GroupId;
  return { type: 'submit', counter, stream, bytes: frame.subarray(bytesAt + headLength) };
}

function readAcknowledge(frame: Buffer<ArrayBuffer>): ClientFrame | undefined {
  const numberAt = 3 + ID_LENGTH;
  const number = uintAt(frame, numberAt, UINT);
  if (frame[2] !== ID_HEAD || number === undefined) return undefined;
  if (numberAt + uintLength(frame, numberAt, UINT) !== frame.length) return undefined;
  return { type: 'acknowledge', stream: frame.toString('base64url', 3, numberAt) as GroupId, number };
}

/** Bytes that the head at `at` takes, whatever its major type. */
function uintLength(frame: Buffer, at: number, major: number): number {
  const short = (frame[at] ?? 0xff) - major;
  return short < 24 ? 1 : 1 + 2 ** (short - 24);
}

/** Undefined where the head is not of that major type, longer than needed or past what we read here. */
function uintAt(frame: Buffer, at: number, major: number): number | undefined {
  const short = (frame[at] ?? 0xff) - major;
  if (short >= 0 && short < 24) return short;
  if (short === 24 && at + 1 < frame.length) return atLeast(24, frame.readUInt8(at + 1));
  if (short === 25 && at + 2 < frame.length) return atLeast(0x100, frame.readUInt16BE(at + 1));
  if (short === 26 && at + 4 < frame.length) return atLeast(0x1_0000, frame.readUInt32BE(at + 1));
  return undefined;
}

function atLeast(least: number, value: number): number | undefined {
  return value >= least ? value : undefined;
}

export interface WireEntry {
  readonly number: number;
  readonly kind: EntryKind;
  /** The row of the sender's device, to tell whose own copy it is. */
  readonly sender: number;
  /** 16 bytes. */
  readonly senderId: Uint8Array;
  readonly counter: number;
  readonly time: number;
  readonly bytes: Bytes;
}

/**
 * An `entries` frame for one reader.
 * @param streamId 16 bytes
 * @param own the reader's device row: its own entries go without their bytes
 */
export function entriesFrame(
  streamId: Uint8Array,
  entries: readonly WireEntry[],
  own: number | null,
): Buffer {
  let most = 3 + ID_LENGTH + 9;
  for (const entry of entries) most += MOST_HEADS + (entry.sender === own ? 0 : entry.bytes.length);
  const frame = Buffer.allocUnsafe(most);
  frame[0] = 0x83;
  frame[1] = 0x01;
  let at = putHead(frame, 2, BYTE_STRING, ID_LENGTH);
  frame.set(streamId, at);
  at = putHead(frame, at + ID_LENGTH, ARRAY, entries.length);
  for (const entry of entries) at = putEntry(frame, at, entry, entry.sender === own);
  return frame.subarray(0, at);
}

function putEntry(frame: Buffer, start: number, entry: WireEntry, own: boolean): number {
  let at = putHead(frame, start, ARRAY, 6);
  at = putHead(frame, at, UINT, entry.number);
  at = putHead(frame, at, UINT, entry.kind);
  at = putHead(frame, at, BYTE_STRING, ID_LENGTH);
  frame.set(entry.senderId, at);
  at = putHead(frame, at + ID_LENGTH, UINT, entry.counter);
  at = putHead(frame, at, UINT, entry.time);
  if (own) {
    frame[at] = NULL;
    return at + 1;
  }
  at = putHead(frame, at, BYTE_STRING, entry.bytes.length);
  frame.set(entry.bytes, at);
  return at + entry.bytes.length;
}

/** RFC 8949 section 3, in the shortest form. Returns where the head ends. */
function putHead(frame: Buffer, at: number, major: number, value: number): number {
  if (value < 24) {
    frame[at] = major | value;
    return at + 1;
  }
  if (value < 0x100) {
    frame[at] = major | 24;
    return frame.writeUInt8(value, at + 1);
  }
  if (value < 0x1_0000) {
    frame[at] = major | 25;
    return frame.writeUInt16BE(value, at + 1);
  }
  if (value < 0x1_0000_0000) {
    frame[at] = major | 26;
    return frame.writeUInt32BE(value, at + 1);
  }
  frame[at] = major | 27;
  frame.writeUInt32BE(Math.floor(value / 0x1_0000_0000), at + 1);
  return frame.writeUInt32BE(value % 0x1_0000_0000, at + 5);
}
