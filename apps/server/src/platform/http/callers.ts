/** Who calls: the holder of a device's session, or of the short-lived proof of a key slot. */
import { createHash } from 'node:crypto';
import { wireErrorOf } from '@sotto/contract';
import { type Bytes, fromBase64Url, systemRandom, toBase64Url } from '@sotto/crypto/public';
import type { AccountId, DeviceId, SlotId } from '@sotto/protocol/public';
import type { FastifyRequest } from 'fastify';
import type { Tables } from '../database/database.ts';

export type Caller =
  | {
      readonly kind: 'device';
      readonly account: AccountId;
      readonly device: DeviceId;
      /** Of the device's row. */
      readonly key: number;
      /** When the session ends. */
      readonly expires: number;
    }
  | {
      readonly kind: 'slot';
      readonly account: AccountId;
      readonly slot: SlotId;
      readonly tokenHash: Bytes;
    };

export type DeviceCaller = Extract<Caller, { kind: 'device' }>;
export type SlotCaller = Extract<Caller, { kind: 'slot' }>;

const TOKEN_LENGTH = 32;

export function newToken(): { readonly token: string; readonly hash: Bytes } {
  const bytes = systemRandom(TOKEN_LENGTH);
  return { token: toBase64Url(bytes), hash: hashToken(bytes) };
}

/** Tokens are random and looked up by their hash, so that neither the table nor the time of a look-up tells one. */
function hashToken(token: Uint8Array): Bytes {
  return new Uint8Array(createHash('sha256').update(token).digest());
}

/** The bearer token of a request; throws `not_signed_in` where there is none. */
export function bearerToken(request: FastifyRequest): Bytes {
  const match = /^Bearer ([A-Za-z0-9_-]{43})$/.exec(request.headers.authorization ?? '');
  const token = match?.[1] === undefined ? undefined : fromBase64Url(match[1]);
  if (token === undefined) throw wireErrorOf('not_signed_in');
  return token;
}

/** Undefined for an unknown or expired token, one of another kind, and where the device is not current any more. */
export async function callerOf(
  tables: Tables,
  token: Bytes,
  kind: Caller['kind'],
  now: number,
): Promise<Caller | undefined> {
  const tokenHash = hashToken(token);
  const row = await tables
    .selectFrom('sessions')
    .leftJoin('devices', 'devices.id', 'sessions.device')
    .select(['sessions.account', 'slot', 'device', 'expires', 'devices.key', 'devices.status'])
    .where('token_hash', '=', tokenHash)
    .executeTakeFirst();
  if (row === undefined || row.expires <= now) return undefined;
  const { account, slot, device, key, expires } = row;
  if (kind === 'slot') return slot === null ? undefined : { kind, account, slot, tokenHash };
  if (device === null || key === null || row.status !== 'current') return undefined;
  return { kind, account, device, key, expires };
}
