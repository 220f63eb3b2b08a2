/**
 * Ids: 16 random bytes, in memory as 22 characters of base64url, in formats as bytes. A brand keeps an account's id
 * from being taken for a device's.
 */
import { type Bytes, fromBase64Url, type Random, toBase64Url } from '@sotto/crypto/public';

declare const brand: unique symbol;
type Id<Name extends string> = string & { readonly [brand]: Name };

export type AccountId = Id<'account'>;
export type DeviceId = Id<'device'>;
export type SlotId = Id<'slot'>;
export type GroupId = Id<'group'>;
export type AnyId = AccountId | DeviceId | SlotId | GroupId;

export const ID_LENGTH = 16;
/** The text form of an id. */
export const ID_PATTERN = /^[A-Za-z0-9_-]{21}[AQgw]$/;

export function newId<T extends AnyId>(random: Random): T {
  return toBase64Url(random(ID_LENGTH)) as T;
}

/** Undefined unless `value` is an id's 16 bytes. */
export function idFromBytes<T extends AnyId>(value: unknown): T | undefined {
  return value instanceof Uint8Array && value.length === ID_LENGTH ? (toBase64Url(value) as T) : undefined;
}

/** Undefined unless `text` is the text form of an id. */
export function idFromText<T extends AnyId>(text: string): T | undefined {
  return ID_PATTERN.test(text) ? (text as T) : undefined;
}

/** The 16 bytes of an id, as formats hold it. */
export function idBytes(id: AnyId): Bytes {
  const bytes = fromBase64Url(id);
  if (bytes === undefined || bytes.length !== ID_LENGTH) throw new RangeError('not an id');
  return bytes;
}
