/**
 * What a group is for: the data of our group-context extension (0xF071), fixed when the group is created.
 *
 * ```
 * context = [1, "direct", [account id: bstr .size 16, account id: bstr .size 16]]
 * ```
 * in deterministic CBOR, the two accounts different and in ascending order of their bytes.
 */
import { type Bytes, compareBytes, decodeCanonicalCbor, encodeCbor } from '@sotto/crypto/public';
import { type AccountId, idBytes, idFromBytes } from '../ids.ts';

const VERSION = 1;
const DIRECT = 'direct';

/** The two accounts of a direct conversation, in ascending order. */
export type DirectAccounts = readonly [AccountId, AccountId];

/** The same for both, whoever begins. Throws a RangeError where both are one account. */
export function directAccounts(one: AccountId, other: AccountId): DirectAccounts {
  const order = compareBytes(idBytes(one), idBytes(other));
  if (order === 0) throw new RangeError('a direct conversation has two accounts');
  return order < 0 ? [one, other] : [other, one];
}

export function encodeDirectContext([one, other]: DirectAccounts): Bytes {
  return encodeCbor([VERSION, DIRECT, [idBytes(one), idBytes(other)]]);
}

/** Undefined for anything but the one encoding of a direct context, other kinds of groups included. */
export function decodeDirectContext(context: Uint8Array): DirectAccounts | undefined {
  const items = decodeCanonicalCbor(context);
  if (!Array.isArray(items) || items.length !== 3 || items[0] !== VERSION || items[1] !== DIRECT)
    return undefined;
  const accounts: unknown = items[2];
  if (!Array.isArray(accounts) || accounts.length !== 2) return undefined;
  const [one, other] = accounts.map((account) => idFromBytes<AccountId>(account));
  if (one === undefined || other === undefined) return undefined;
  return compareBytes(idBytes(one), idBytes(other)) < 0 ? [one, other] : undefined;
}
