import { encodeCbor, equalBytes, systemRandom } from '@sotto/crypto/public';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AccountId, type DeviceId, newId } from '../ids.ts';
import { decodeCredential, encodeCredential } from './credential.ts';
import { decodeDirectContext, directAccounts, encodeDirectContext } from './direct-context.ts';

const credential = {
  accountId: newId<AccountId>(systemRandom),
  deviceId: newId<DeviceId>(systemRandom),
  state: { number: 7, hash: systemRandom(32) },
};
const accounts = directAccounts(newId<AccountId>(systemRandom), newId<AccountId>(systemRandom));

describe.each<
  [string, Uint8Array, (bytes: Uint8Array) => unknown, (bytes: Uint8Array) => Uint8Array | undefined]
>([
  [
    'a credential',
    encodeCredential(credential),
    decodeCredential,
    (bytes) => {
      const decoded = decodeCredential(bytes);
      return decoded && encodeCredential(decoded);
    },
  ],
  [
    'a direct context',
    encodeDirectContext(accounts),
    decodeDirectContext,
    (bytes) => {
      const decoded = decodeDirectContext(bytes);
      return decoded && encodeDirectContext(decoded);
    },
  ],
])('%s', (_, bytes, decode, recode) => {
  it('comes back from its bytes', () => {
    expect([credential, accounts]).toContainEqual(decode(bytes));
  });

  it('has no truncation and no longer form', () => {
    for (let end = 0; end < bytes.length; end++) expect(decode(bytes.subarray(0, end))).toBeUndefined();
    expect(decode(Uint8Array.of(...bytes, 0))).toBeUndefined();
  });

  it('has one encoding, whatever is changed', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = new Uint8Array(bytes);
        changed[at] = (changed[at] ?? 0) ^ change;
        const again = recode(changed);
        if (again !== undefined) expect(equalBytes(again, changed)).toBe(true);
      }),
    );
  });
});

describe('a direct context', () => {
  it('is the same whoever begins, and never of one account', () => {
    const [one, other] = accounts;
    expect(directAccounts(other, one)).toEqual(accounts);
    expect(() => directAccounts(one, one)).toThrow(RangeError);
  });

  it('is in ascending order, of two accounts, of this kind and version', () => {
    const low = new Uint8Array(16).fill(1);
    const high = new Uint8Array(16).fill(2);
    expect(decodeDirectContext(encodeCbor([1, 'direct', [low, high]]))).toBeDefined();
    const wrong = [
      [1, 'direct', [high, low]],
      [1, 'direct', [low, low]],
      [1, 'direct', [low, high, high]],
      [1, 'group', [low, high]],
      [2, 'direct', [low, high]],
    ];
    for (const value of wrong) expect(decodeDirectContext(encodeCbor(value))).toBeUndefined();
  });
});
