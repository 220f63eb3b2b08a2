/**
 * Message ids (draft-ietf-mimi-content-08, section 2.3): 0x01, for SHA-256, and the first 31 bytes of
 *
 * ```
 * SHA-256( uint16 length ‖ sender URI ‖ uint16 length ‖ room URI ‖ content ‖ salt )
 * ```
 * The URIs are those that the reader derives from the sender's leaf and the group, not those that the content claims.
 */
import { type Bytes, concat, fromBase64Url, sha256, toBase64Url, utf8 } from '@sotto/crypto/public';
import { type Address, domainOf, nameOf } from '../../identity/address.ts';
import type { GroupId } from '../../ids.ts';

declare const brand: unique symbol;
/** In memory 43 characters of base64url, in formats 32 bytes. */
export type MessageId = string & { readonly [brand]: 'message' };

const LENGTH = 32;
const SHA256 = 0x01;
const SALT_START = 2;
const SALT_LENGTH = 16;

/** @param content an encoded content: its salt is bytes 2 to 17 */
export async function messageIdOf(
  content: Uint8Array,
  senderUri: string,
  roomUri: string,
): Promise<MessageId> {
  const salt = content.subarray(SALT_START, SALT_START + SALT_LENGTH);
  const hash = await sha256(concat(withLength(senderUri), withLength(roomUri), content, salt));
  return toBase64Url(concat(Uint8Array.of(SHA256), hash.subarray(0, LENGTH - 1))) as MessageId;
}

/** Undefined unless `value` is 32 bytes of which the first names SHA-256. */
export function messageIdFromBytes(value: unknown): MessageId | undefined {
  const valid = value instanceof Uint8Array && value.length === LENGTH && value[0] === SHA256;
  return valid ? (toBase64Url(value) as MessageId) : undefined;
}

export function messageIdBytes(id: MessageId): Bytes {
  const bytes = fromBase64Url(id);
  if (bytes === undefined || bytes.length !== LENGTH) throw new RangeError('not a message id');
  return bytes;
}

/** `mimi://example.org/u/alice` for `alice@example.org`. */
export function userUri(address: Address): string {
  return `mimi://${domainOf(address)}/u/${nameOf(address)}`;
}

/** @param domain that of the server which carries the group */
export function roomUri(domain: string, group: GroupId): string {
  return `mimi://${domain}/r/${group}`;
}

function withLength(text: string): Bytes {
  const bytes = utf8(text);
  if (bytes.length > 0xffff) throw new RangeError('a URI is too long');
  return concat(Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes);
}
