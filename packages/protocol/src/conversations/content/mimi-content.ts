/**
 * MIMI content (draft-ietf-mimi-content-08): the container of everything that is said in a conversation.
 *
 * ```
 * content   = [salt: bstr .size 16, replaces: id / null, topic: bstr, expires: [relative: bool, time: uint] / null,
 *              in reply to: id / null, extensions: map, part]
 * part      = [disposition: uint, language: tstr, cardinality: uint, ...]
 * null      = [.., 0]
 * single    = [.., 1, content type: tstr, content: bstr]
 * external  = [.., 2, content type, url: tstr, expires, size, AEAD, key, nonce, aad, hash, content hash, description, name]
 * multi     = [.., 3, semantics: 0..2, [2* part]]
 * ```
 * in deterministic CBOR (section 5). What is decoded here is authentic and comes from a member, and may be hostile all
 * the same: whatever breaks a rule is undefined, and nothing throws.
 */
import { type Bytes, type CborValue, decodeCanonicalCbor, encodeCbor } from '@sotto/crypto/public';
import { readExtensions } from './extensions.ts';
import { idOrNull, isBytes, isWhole, ownBytes } from './fields.ts';
import { type MessageId, messageIdBytes } from './message-id.ts';

export const SALT_LENGTH = 16;
/** The most bytes of an encoded content: what fits into one entry of a stream, padded. */
const MOST_CONTENT = 32_698;

const MOST_TOPIC = 4_096;
const MOST_PARTS = 1_024;
const MOST_DEPTH = 4;
const MOST_LABEL = 255;
const UINT32 = 0xffff_ffff;

/** Section 4.4; further numbers up to 255 are allowed, and to be treated like `render`. */
export const DISPOSITION = {
  unspecified: 0,
  render: 1,
  reaction: 2,
  profile: 3,
  inline: 4,
  icon: 5,
  attachment: 6,
  session: 7,
  preview: 8,
} as const;

const CARDINALITY = { null: 0, single: 1, external: 2, multi: 3 } as const;

/** Integer keys above 0 are registered, negative ones and text are for private use. */
export type Extensions = ReadonlyMap<number | string, CborValue>;

interface PartBase {
  readonly disposition: number;
  /** Language tags separated by commas, or nothing. */
  readonly language: string;
}

export type Part = PartBase &
  (
    | { readonly cardinality: 'null' }
    | { readonly cardinality: 'single'; readonly contentType: string; readonly content: Bytes }
    /** Kept as it came: this version fetches nothing. */
    | { readonly cardinality: 'external'; readonly fields: readonly CborValue[] }
    | { readonly cardinality: 'multi'; readonly semantics: 0 | 1 | 2; readonly parts: readonly Part[] }
  );

export interface Content {
  /** 16 random bytes. */
  readonly salt: Bytes;
  readonly replaces: MessageId | null;
  readonly topic: Bytes;
  /** Seconds: after reading, or since 1970. */
  readonly expires: { readonly relative: boolean; readonly time: number } | null;
  readonly inReplyTo: MessageId | null;
  readonly extensions: Extensions;
  readonly part: Part;
}

export function encodeContent(content: Content): Bytes {
  return encodeCbor([
    content.salt,
    content.replaces === null ? null : messageIdBytes(content.replaces),
    content.topic,
    content.expires === null ? null : [content.expires.relative, content.expires.time],
    content.inReplyTo === null ? null : messageIdBytes(content.inReplyTo),
    content.extensions,
    partItems(content.part),
  ]);
}

/** Undefined for anything but the one encoding of a content within the limits of docs/spec/content.md. */
export function decodeContent(bytes: Uint8Array): Content | undefined {
  if (bytes.length > MOST_CONTENT) return undefined;
  const items = decodeCanonicalCbor(bytes, { maps: true });
  if (!Array.isArray(items) || items.length !== 7) return undefined;
  const [salt, replaced, topic, expiry, repliedTo, extensionMap, partItem] = items as unknown[];
  const replaces = idOrNull(replaced);
  const inReplyTo = idOrNull(repliedTo);
  const expires = readExpires(expiry);
  const extensions = readExtensions(extensionMap);
  const part = readPart(partItem, 1, { left: MOST_PARTS });
  if (!isBytes(salt, SALT_LENGTH) || !isBytes(topic) || topic.length > MOST_TOPIC) return undefined;
  if (replaces === undefined || inReplyTo === undefined || expires === undefined) return undefined;
  if (extensions === undefined || part === undefined) return undefined;
  return { salt: ownBytes(salt), replaces, topic: ownBytes(topic), expires, inReplyTo, extensions, part };
}

function partItems(part: Part): CborValue[] {
  const head = [part.disposition, part.language, CARDINALITY[part.cardinality]];
  switch (part.cardinality) {
    case 'null':
      return head;
    case 'single':
      return [...head, part.contentType, part.content];
    case 'external':
      return [...head, ...part.fields];
    case 'multi':
      return [...head, part.semantics, part.parts.map(partItems)];
  }
}

function readExpires(item: unknown): Content['expires'] | undefined {
  if (item === null) return null;
  if (!Array.isArray(item) || item.length !== 2) return undefined;
  const [relative, time] = item as unknown[];
  return typeof relative === 'boolean' && isWhole(time, UINT32) ? { relative, time } : undefined;
}

/** @param budget how many further parts the whole content may have */
function readPart(item: unknown, depth: number, budget: { left: number }): Part | undefined {
  budget.left -= 1;
  if (depth > MOST_DEPTH || budget.left < 0 || !Array.isArray(item)) return undefined;
  const [disposition, language, cardinality, ...rest] = item as unknown[];
  if (!isWhole(disposition, 255) || !isLabel(language)) return undefined;
  const base = { disposition, language };
  switch (cardinality) {
    case CARDINALITY.null:
      return rest.length === 0 ? { ...base, cardinality: 'null' } : undefined;
    case CARDINALITY.single: {
      const [contentType, content] = rest;
      if (rest.length !== 2 || !isLabel(contentType) || !isBytes(content)) return undefined;
      return { ...base, cardinality: 'single', contentType, content: ownBytes(content) };
    }
    case CARDINALITY.external:
      return isExternal(rest) ? { ...base, cardinality: 'external', fields: rest } : undefined;
    case CARDINALITY.multi: {
      const parts = readParts(rest, depth, budget);
      const [semantics] = rest;
      if (parts === undefined || (semantics !== 0 && semantics !== 1 && semantics !== 2)) return undefined;
      return { ...base, cardinality: 'multi', semantics, parts };
    }
    default:
      return undefined;
  }
}

function readParts(rest: unknown[], depth: number, budget: { left: number }): Part[] | undefined {
  const [, items] = rest;
  if (rest.length !== 2 || !Array.isArray(items) || items.length < 2) return undefined;
  const parts: Part[] = [];
  for (const item of items as unknown[]) {
    const part = readPart(item, depth + 1, budget);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return parts;
}

function isExternal(fields: unknown[]): fields is CborValue[] {
  const [contentType, url, expires, size, aead, key, nonce, aad, hash, contentHash, description, name] =
    fields;
  return (
    fields.length === 12 &&
    isLabel(contentType) &&
    [url, description, name].every((text) => typeof text === 'string') &&
    isWhole(expires, UINT32) &&
    isWhole(size) &&
    isWhole(aead, 0xffff) &&
    isWhole(hash, 255) &&
    [key, nonce, aad, contentHash].every((bytes) => isBytes(bytes))
  );
}

function isLabel(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MOST_LABEL;
}
