/** The kinds of field that contents are made of. */
import { type Bytes, copyBytes } from '@sotto/crypto/public';
import { type MessageId, messageIdFromBytes } from './message-id.ts';

export function isBytes(value: unknown, length?: number): value is Uint8Array {
  return value instanceof Uint8Array && (length === undefined || value.length === length);
}

/** A whole number from 0 to `most`. */
export function isWhole(value: unknown, most: number = Number.MAX_SAFE_INTEGER): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= most;
}

/** Undefined where `value` is neither null nor the bytes of a message id. */
export function idOrNull(value: unknown): MessageId | null | undefined {
  return value === null ? null : messageIdFromBytes(value);
}

/** Decoded byte strings share memory with the whole: keep a copy. */
export function ownBytes(bytes: Uint8Array): Bytes {
  return copyBytes(bytes);
}
