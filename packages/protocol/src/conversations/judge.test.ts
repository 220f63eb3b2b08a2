import { type Bytes, systemRandom } from '@sotto/crypto/public';
import { describe, expect, it } from 'vitest';
import { type AccountId, type DeviceId, newId } from '../ids.ts';
import { encodeCredential } from './credential.ts';
import { directAccounts } from './direct-context.ts';
import { type JudgedLeaf, type JudgeInput, judgeLeaves, type KnownAccount } from './judge.ts';

const alice = newId<AccountId>(systemRandom);
const bob = newId<AccountId>(systemRandom);
const eve = newId<AccountId>(systemRandom);
const laptop = { id: newId<DeviceId>(systemRandom), key: systemRandom(32) };
const phone = { id: newId<DeviceId>(systemRandom), key: systemRandom(32) };
const hashes = [systemRandom(32), systemRandom(32), systemRandom(32)];

/** Alice has reached state 2 and has two devices. */
const known: KnownAccount = {
  accountId: alice,
  number: 2,
  hashOf: (number) => hashes[number],
  devices: [laptop, phone],
};

interface LeafParts {
  readonly accountId?: AccountId;
  readonly device?: typeof laptop;
  readonly number?: number;
  readonly hash?: Bytes;
  readonly key?: Bytes;
}

/** Alice's laptop by her newest state, where nothing else is said. */
function leafOf({ accountId = alice, device = laptop, number = 2, hash, key }: LeafParts = {}): JudgedLeaf {
  const state = { number, hash: hash ?? hashes[number] ?? systemRandom(32) };
  const identity = encodeCredential({ accountId, deviceId: device.id, state });
  return { leaf: 0, identity, signatureKey: key ?? device.key };
}

function verdict(leaf: JudgedLeaf, more: Partial<JudgeInput> = {}) {
  const input = {
    accounts: directAccounts(alice, bob),
    known: (account: AccountId) => (account === bob ? undefined : { ...known, accountId: account }),
  };
  return judgeLeaves([leaf], { ...input, ...more })[0]?.verdict;
}

describe('a leaf', () => {
  it('is ok where the newest state lists its device and key, whichever known state it names', () => {
    for (const number of [0, 1, 2]) expect(verdict(leafOf({ number }))).toBe('ok');
    expect(verdict(leafOf({ device: phone }))).toBe('ok');
  });

  it('[M2] is not certified by the key of another device, nor by none', () => {
    expect(verdict(leafOf({ key: phone.key }))).toBe('not-certified');
    expect(verdict(leafOf({ key: systemRandom(32) }))).toBe('not-certified');
  });

  it("is not certified by a state that is not the account's, nor by an unknown account", () => {
    expect(verdict(leafOf({ hash: systemRandom(32) }))).toBe('not-certified');
    expect(verdict(leafOf({ number: 1, hash: hashes[2] ?? systemRandom(32) }))).toBe('not-certified');
    expect(verdict(leafOf({ accountId: bob }))).toBe('not-certified');
    expect(verdict(leafOf(), { known: () => ({ ...known, hashOf: () => undefined }) })).toBe('not-certified');
  });

  it('is not certified with an identity of another form', () => {
    const judged = judgeLeaves([{ ...leafOf(), identity: systemRandom(40) }], {
      accounts: directAccounts(alice, bob),
      known: () => known,
    });
    expect(judged).toEqual([{ leaf: 0, credential: null, verdict: 'not-certified' }]);
  });

  it('[K12] of a device that the newest state does not list is removed', () => {
    expect(
      verdict(leafOf({ device: phone, number: 1 }), { known: () => ({ ...known, devices: [laptop] }) }),
    ).toBe('device-removed');
  });

  it('[M1] of a third account is foreign, however well certified', () => {
    expect(verdict(leafOf({ accountId: eve }))).toBe('foreign-account');
    expect(verdict(leafOf({ accountId: eve }), { accounts: directAccounts(alice, eve) })).toBe('ok');
  });

  it('may name an older state, as long as the newest one lists it with its key', () => {
    expect(verdict(leafOf({ number: 1 }))).toBe('ok');
    const rekeyed = { ...laptop, key: systemRandom(32) };
    const now = { ...known, devices: [rekeyed] };
    expect(verdict(leafOf({ number: 1 }), { known: () => now })).toBe('not-certified');
  });

  it('that names a state not known here asks for it', () => {
    expect(verdict(leafOf({ number: 3 }))).toBe('newer-state');
  });
});

it('judges each leaf by itself, in order', () => {
  const leaves = [leafOf(), leafOf({ accountId: eve }), leafOf({ number: 3 })].map((leaf, i) => ({
    ...leaf,
    leaf: i,
  }));
  const input = { accounts: directAccounts(alice, bob), known: () => known };
  expect(judgeLeaves(leaves, input).map(({ leaf, verdict: v }) => [leaf, v])).toEqual([
    [0, 'ok'],
    [1, 'foreign-account'],
    [2, 'newer-state'],
  ]);
});
