/** The fields that requests and answers are made of. Bytes travel in JSON as unpadded base64url. */
import { type Bytes, fromBase64Url } from '@sotto/crypto/public';
import { type AccountId, type DeviceId, type GroupId, ID_PATTERN, type SlotId } from '@sotto/protocol/public';
import * as z from 'zod/mini';

const id = z.string().check(z.regex(ID_PATTERN));
export const accountId = id as unknown as z.ZodMiniType<AccountId, AccountId>;
export const deviceId = id as unknown as z.ZodMiniType<DeviceId, DeviceId>;
export const slotId = id as unknown as z.ZodMiniType<SlotId, SlotId>;
export const groupId = id as unknown as z.ZodMiniType<GroupId, GroupId>;

/** Opaque bytes of at most `most` octets. */
export function bytes(most: number) {
  return z.string().check(z.maxLength(Math.ceil((most * 4) / 3)), z.regex(/^[A-Za-z0-9_-]*$/));
}

/** Exactly `length` octets. */
export function exactBytes(length: number) {
  return z.string().check(z.length(Math.ceil((length * 4) / 3)), z.regex(/^[A-Za-z0-9_-]*$/));
}

/** What a field of {@link bytes} holds; undefined where it is no canonical base64url. */
export function fieldBytes(text: string): Bytes | undefined {
  return fromBase64Url(text);
}

/** A count or position: a whole number that a JavaScript number holds exactly. */
export const whole = z.int().check(z.minimum(0));
/** A whole number from 1. */
export const positive = z.int().check(z.minimum(1));
/** Milliseconds since 1970. */
export const time = whole;
export const token = z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/));
