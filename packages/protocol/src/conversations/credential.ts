/**
 * What a leaf of a group says of itself: the identity of its basic credential (RFC 9420 section 5.3).
 *
 * ```
 * identity = [1, account id: bstr .size 16, device id: bstr .size 16, number: uint, hash: bstr .size 32]
 * ```
 * in deterministic CBOR; `number` and `hash` are those of the account state that certifies the device. The signature
 * key stands beside it in the leaf.
 */
import { type Bytes, copyBytes, decodeCanonicalCbor, encodeCbor, HASH_LENGTH } from '@sotto/crypto/public';
import { type AccountId, type DeviceId, idBytes, idFromBytes } from '../ids.ts';

const VERSION = 1;

export interface Credential {
  readonly accountId: AccountId;
  readonly deviceId: DeviceId;
  /** The account state that certifies this device. */
  readonly state: { readonly number: number; readonly hash: Bytes };
}

export function encodeCredential({ accountId, deviceId, state }: Credential): Bytes {
  return encodeCbor([VERSION, idBytes(accountId), idBytes(deviceId), state.number, state.hash]);
}

/** Undefined for anything but the one encoding of a credential. */
export function decodeCredential(identity: Uint8Array): Credential | undefined {
  const items = decodeCanonicalCbor(identity);
  if (!Array.isArray(items) || items.length !== 5) return undefined;
  const [version, account, device, number, hash] = items as unknown[];
  const accountId = idFromBytes<AccountId>(account);
  const deviceId = idFromBytes<DeviceId>(device);
  if (version !== VERSION || accountId === undefined || deviceId === undefined) return undefined;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) return undefined;
  if (!(hash instanceof Uint8Array) || hash.length !== HASH_LENGTH) return undefined;
  return { accountId, deviceId, state: { number, hash: copyBytes(hash) } };
}
