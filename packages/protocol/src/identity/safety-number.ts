/**
 * Safety numbers: sixty digits that two people compare to know that no one stands between them. They cover both
 * ids, addresses and signing keys (docs/spec/identity.md).
 *
 * digits = twelve groups; group i is the big-endian number of bytes 5i to 5i+4 of
 * SHA-512("sotto safety number 1" ‖ 0x00 ‖ CBOR [party, party]) modulo 100,000;
 * party = [account id, address, signing key], the smaller encoding first.
 */
import { type Bytes, compareBytes, concat, encodeCbor, sha512, utf8 } from '@sotto/crypto/public';
import { type AccountId, idBytes } from '../ids.ts';
import type { Address } from './address.ts';

export interface Party {
  readonly accountId: AccountId;
  readonly address: Address;
  readonly signingKey: Bytes;
}

const GROUPS = 12;
const CODE_PREFIX = 'SOTTO1:';
const WHOLE = /^\d{60}$/;

/** Twelve groups of five digits, the same for both. */
export async function safetyNumber(one: Party, other: Party): Promise<readonly string[]> {
  const parties = [one, other]
    .map(({ accountId, address, signingKey }) => encodeCbor([idBytes(accountId), address, signingKey]))
    .sort(compareBytes);
  const hash = await sha512(concat(utf8('sotto safety number 1'), new Uint8Array(1), encodeCbor(parties)));
  const view = new DataView(hash.buffer);
  return Array.from({ length: GROUPS }, (_, i) => {
    const high = view.getUint8(5 * i);
    const group = (high * 0x1_0000_0000 + view.getUint32(5 * i + 1)) % 100_000;
    return String(group).padStart(5, '0');
  });
}

/** What the QR code holds. */
export function safetyCode(groups: readonly string[]): string {
  return CODE_PREFIX + groups.join('');
}

/**
 * Whether a scanned code or typed number is this safety number; spaces and line breaks do not matter. Undefined for what
 * is no whole safety number of anybody.
 */
export function matchesSafetyNumber(groups: readonly string[], scanned: string): boolean | undefined {
  const text = scanned.trim();
  const digits = (text.startsWith(CODE_PREFIX) ? text.slice(CODE_PREFIX.length) : text).replace(/\s+/g, '');
  return WHOLE.test(digits) ? digits === groups.join('') : undefined;
}
