/**
 * The extensions of a content (draft-ietf-mimi-content-08, sections 3.2 and 5): a map whose keys are whole numbers or
 * short texts. We write three of them, and keep unknown ones.
 */
import type { CborValue } from '@sotto/crypto/public';
import { isWhole } from './fields.ts';
import type { Extensions } from './mimi-content.ts';

const MOST_KEY = 255;
const MOST_DEPTH = 4;

const KEY = {
  senderUri: 1,
  roomUri: 2,
  /** Ours: milliseconds since 1970 by the author's clock. */
  written: -1,
} as const;

export interface KnownExtensions {
  readonly senderUri: string | null;
  readonly roomUri: string | null;
  readonly written: number | null;
}

export function makeExtensions(senderUri: string, roomUri: string, written: number): Extensions {
  return new Map<number, CborValue>([
    [KEY.senderUri, senderUri],
    [KEY.roomUri, roomUri],
    [KEY.written, written],
  ]);
}

export function knownExtensions(extensions: Extensions): KnownExtensions {
  const senderUri = extensions.get(KEY.senderUri);
  const roomUri = extensions.get(KEY.roomUri);
  const written = extensions.get(KEY.written);
  return {
    senderUri: typeof senderUri === 'string' ? senderUri : null,
    roomUri: typeof roomUri === 'string' ? roomUri : null,
    written: isWhole(written) ? written : null,
  };
}

/** Undefined where keys, nesting or the types of known extensions are not as they must be. */
export function readExtensions(value: unknown): Extensions | undefined {
  if (!isExtensions(value)) return undefined;
  const known = knownExtensions(value);
  const wrong =
    (value.has(KEY.senderUri) && known.senderUri === null) ||
    (value.has(KEY.roomUri) && known.roomUri === null) ||
    (value.has(KEY.written) && known.written === null);
  return wrong ? undefined : value;
}

function isExtensions(value: unknown): value is Extensions {
  if (!(value instanceof Map)) return false;
  return [...value].every(([key, item]: [unknown, unknown]) => isKey(key) && isShallow(item, 2));
}

function isKey(key: unknown): boolean {
  if (typeof key === 'number') return Number.isSafeInteger(key);
  return typeof key === 'string' && key.length >= 1 && key.length <= MOST_KEY;
}

function isShallow(value: unknown, depth: number): boolean {
  if (value instanceof Map) {
    if (depth > MOST_DEPTH) return false;
    return [...value].every(
      ([key, item]: [unknown, unknown]) => isInnerKey(key) && isShallow(item, depth + 1),
    );
  }
  if (Array.isArray(value)) return depth <= MOST_DEPTH && value.every((item) => isShallow(item, depth + 1));
  return true;
}

function isInnerKey(key: unknown): boolean {
  return typeof key === 'string' || (typeof key === 'number' && Number.isSafeInteger(key));
}
