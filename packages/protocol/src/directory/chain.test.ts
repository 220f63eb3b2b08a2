import { signingKeyFromSeed, systemRandom } from '@sotto/crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  newAccount,
  newAccountId,
  openAccount,
  publication,
  renewKeys,
  withSlot,
} from '../identity/account.ts';
import { type Address, parseAddress } from '../identity/address.ts';
import { slotKeys } from '../identity/slot.ts';
import { type AccountId, newId, type SlotId } from '../ids.ts';
import { verifyChain } from './chain.ts';

const address = parseAddress('alice@localhost') as Address;
const refused = { code: 'chain_invalid' };
let accountId: AccountId;
let states: Uint8Array[];
let signingKey: Uint8Array<ArrayBuffer>;

/** Three states of one account. */
beforeAll(async () => {
  const keys = await slotKeys(systemRandom(32));
  const id = newId<SlotId>(systemRandom);
  accountId = newAccountId(systemRandom);
  let account = await withSlot(
    newAccount(accountId, address, systemRandom),
    { id, kind: 'recovery', keys },
    systemRandom,
  );
  signingKey = (await signingKeyFromSeed(account.signingSeed)).publicKey;
  states = [];
  for (let number = 0; number < 3; number++) {
    const { state, keyring } = await publication(account, systemRandom);
    states.push(state);
    account = await renewKeys(await openAccount(id, keys, address, states, keyring), systemRandom);
  }
});

const at = (number: number) => states[number] as Uint8Array;

describe('a chain of states', () => {
  it('is read whole, or from a pin on', async () => {
    const all = await verifyChain(states, { accountId, address });
    expect(all.map(({ number }) => number)).toEqual([0, 1, 2]);
    const [first] = all;
    const rest = await verifyChain(states.slice(1), { accountId, address, signingKey }, first);
    expect(rest.map(({ number }) => number)).toEqual([1, 2]);
  });

  it('refuses a state left out, repeated, or out of order', async () => {
    for (const wrong of [
      [at(1), at(2)],
      [at(0), at(2)],
      [at(0), at(0)],
      [at(1), at(0)],
    ]) {
      await expect(verifyChain(wrong, { accountId, address })).rejects.toMatchObject(refused);
    }
  });

  it('refuses another account, address or signing key', async () => {
    const other = newAccountId(systemRandom);
    await expect(verifyChain(states, { accountId: other, address })).rejects.toMatchObject(refused);
    const bob = parseAddress('bob@localhost') as Address;
    await expect(verifyChain(states, { accountId, address: bob })).rejects.toMatchObject(refused);
    const wrongKey = { accountId, address, signingKey: systemRandom(32) };
    await expect(verifyChain(states, wrongKey)).rejects.toMatchObject(refused);
  });

  it('refuses to go on from a pin with another hash: a fork', async () => {
    const [first] = await verifyChain(states, { accountId, address });
    const fork = { number: first?.number ?? 0, hash: systemRandom(32) };
    const chain = verifyChain(states.slice(1), { accountId, address, signingKey }, fork);
    await expect(chain).rejects.toMatchObject(refused);
  });
});
