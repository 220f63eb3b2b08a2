import { signingKeyFromSeed, systemRandom } from '@sotto/crypto';
import { describe, expect, it } from 'vitest';
import { type AccountId, newId } from '../ids.ts';
import { type Address, parseAddress } from './address.ts';
import { matchesSafetyNumber, type Party, safetyCode, safetyNumber } from './safety-number.ts';

async function party(name: string): Promise<Party> {
  const { publicKey } = await signingKeyFromSeed(systemRandom(32));
  return {
    accountId: newId<AccountId>(systemRandom),
    address: parseAddress(name) as Address,
    signingKey: publicKey,
  };
}

describe('a safety number', () => {
  it('is the same for both, and twelve groups of five digits', async () => {
    const [alice, bob] = [await party('alice@localhost'), await party('bob@localhost')];
    const groups = await safetyNumber(alice, bob);
    expect(groups).toHaveLength(12);
    for (const group of groups) expect(group).toMatch(/^\d{5}$/);
    expect(await safetyNumber(bob, alice)).toEqual(groups);
  });

  it('changes with each part of either party', async () => {
    const [alice, bob, other] = [
      await party('alice@localhost'),
      await party('bob@localhost'),
      await party('eve@localhost'),
    ];
    const groups = (await safetyNumber(alice, bob)).join('');
    for (const changed of [
      { ...bob, accountId: other.accountId },
      { ...bob, address: other.address },
      { ...bob, signingKey: other.signingKey },
    ]) {
      expect((await safetyNumber(alice, changed)).join('')).not.toBe(groups);
      expect((await safetyNumber(changed, alice)).join('')).not.toBe(groups);
    }
  });

  it('has the value that the specification gives for known parties', async () => {
    const known = (fill: number, name: string): Party => ({
      accountId: 'AAAAAAAAAAAAAAAAAAAAAA' as AccountId,
      address: parseAddress(name) as Address,
      signingKey: new Uint8Array(32).fill(fill),
    });
    const groups = await safetyNumber(known(1, 'alice@example.org'), known(2, 'bob@example.org'));
    expect(groups.join(' ')).toMatchInlineSnapshot(
      `"24831 06306 94184 72360 96393 00921 72514 58431 83654 72384 37033 17560"`,
    );
  });

  it('is compared by what was scanned or typed, whatever its spacing', async () => {
    const groups = await safetyNumber(await party('alice@localhost'), await party('bob@localhost'));
    expect(matchesSafetyNumber(groups, safetyCode(groups))).toBe(true);
    expect(matchesSafetyNumber(groups, ` ${groups.join('\n ')} `)).toBe(true);
    const [first = '', ...rest] = groups;
    const off = [String((Number(first) + 1) % 100_000).padStart(5, '0'), ...rest];
    expect(matchesSafetyNumber(groups, off.join(' '))).toBe(false);
    for (const less of ['', 'hello', groups.slice(1).join(' '), `${groups.join('')}0`, 'SOTTO1:']) {
      expect(matchesSafetyNumber(groups, less), less).toBeUndefined();
    }
  });
});
