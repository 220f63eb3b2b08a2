import {
  hpkeKeyPairFromSeed,
  type Random,
  SottoError,
  sha256,
  signingKeyFromSeed,
  systemRandom,
  toHex,
} from '@sotto/crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { type DeviceId, newId, type SlotId } from '../ids.ts';
import {
  type AccountDevice,
  newAccount,
  newAccountId,
  type OpenAccount,
  openAccount,
  type Publication,
  publication,
  renewKeys,
  withDevice,
  withoutDevices,
  withSlot,
} from './account.ts';
import { readSignedState } from './account-state.ts';
import { type Address, parseAddress } from './address.ts';
import { decodeKeyring, encodeKeyring, type Keyring } from './keyring.ts';
import { type SlotKeys, slotKeys } from './slot.ts';
import { openWorkingKeys } from './working-keys.ts';

const random: Random = systemRandom;
const address = parseAddress('alice@localhost') as Address;
const slotId = newId<SlotId>(random);
let keys: SlotKeys;

async function device(): Promise<AccountDevice & { seed: Uint8Array }> {
  const seed = random(32);
  const { publicKey } = await signingKeyFromSeed(random(32));
  const encryption = await hpkeKeyPairFromSeed(seed);
  return {
    id: newId<DeviceId>(random),
    key: publicKey,
    suites: [0x53],
    encryptionKey: encryption.publicKey,
    seed,
  };
}

async function someAccount(): Promise<OpenAccount> {
  const bare = newAccount(newAccountId(random), address, random);
  return withDevice(await withSlot(bare, { id: slotId, kind: 'recovery', keys }, random), await device());
}

const open = (states: readonly Uint8Array[], keyring: Uint8Array, withKeys = keys) =>
  openAccount(slotId, withKeys, address, states, keyring);
const refused = { code: 'account_not_authentic' };

beforeAll(async () => {
  keys = await slotKeys(random(32));
});

describe('an account', () => {
  it('opens with its slot to what was published', async () => {
    const account = await someAccount();
    const { state, keyring } = await publication(account, random);
    const opened = await open([state], keyring);
    expect(opened.signingSeed).toEqual(account.signingSeed);
    expect(opened.workingKeys).toEqual(account.workingKeys);
    expect(opened.accountKey).toEqual(account.accountKey);
    expect(opened.state?.number).toBe(0);
  });

  it('goes on through further states, each naming the one before', async () => {
    const first = await publication(await someAccount(), random);
    const opened = await open([first.state], first.keyring);
    const second = await publication(withDevice(opened, await device()), random);
    const again = await open([first.state, second.state], second.keyring);
    expect(again.state?.number).toBe(1);
    expect(again.devices).toHaveLength(2);
  });

  it('gives each device the working keys, and a removed one none that come later', async () => {
    const account = await someAccount();
    const [kept, removed] = [await device(), await device()];
    const both = withDevice(withDevice({ ...account, devices: [] }, kept), removed);
    const after = await withoutDevices(both, [removed.id], random);
    const keyring = decodeKeyring((await publication(after, random)).keyring);
    expect(after.accountKey).not.toEqual(account.accountKey);
    expect(after.workingKeys).toHaveLength(2);
    expect(keyring?.devices.map(({ id }) => id)).toEqual([kept.id]);
    const share = keyring?.devices[0]?.workingKeys ?? new Uint8Array();
    const own = await openWorkingKeys(
      await hpkeKeyPairFromSeed(kept.seed),
      account.accountId,
      kept.id,
      share,
    );
    expect(own).toEqual(after.workingKeys);
    const stranger = openWorkingKeys(
      await hpkeKeyPairFromSeed(removed.seed),
      account.accountId,
      kept.id,
      share,
    );
    await expect(stranger).rejects.toMatchObject({ code: 'not_authentic' });
  });

  it('renews its key for a slot whose secret is not there', async () => {
    const first = await publication(await someAccount(), random);
    const opened = await open([first.state], first.keyring);
    const second = await publication(await renewKeys(opened, random), random);
    const again = await open([first.state, second.state], second.keyring);
    expect(again.accountKey).not.toEqual(opened.accountKey);
    expect(again.signingSeed).toEqual(opened.signingSeed);
  });

  it('states nothing that is secret', async () => {
    const account = await someAccount();
    const { state, keyring } = await publication(account, random);
    const published = toHex(state) + toHex(keyring);
    const [newest] = account.workingKeys;
    for (const secret of [
      account.accountKey,
      account.signingSeed,
      newest?.encryptionSeed,
      newest?.archiveKey,
    ]) {
      expect(published).not.toContain(toHex(secret ?? new Uint8Array(1)));
    }
  });
});

describe('[S1] what a hostile server puts in place of an account', () => {
  let mine: Publication;
  let account: OpenAccount;
  beforeAll(async () => {
    account = await someAccount();
    mine = await publication(account, random);
  });

  it('[S1] a whole other account is refused: its slot was not made with this secret', async () => {
    const theirs = await publication(
      await withSlot(
        { ...(await someAccount()), slots: [] },
        {
          id: slotId,
          kind: 'recovery',
          keys: await slotKeys(random(32)),
        },
        random,
      ),
      random,
    );
    await expect(open([theirs.state], theirs.keyring)).rejects.toMatchObject(refused);
  });

  it('[S1] a keyring that seals another account key to the right slot is refused', async () => {
    const forged = await publication({ ...account, accountKey: random(32), signingSeed: random(32) }, random);
    const slots = decodeKeyring(mine.keyring)?.slots ?? [];
    const keyring = encodeKeyring({ ...(decodeKeyring(forged.keyring) as Keyring), slots });
    await expect(open([forged.state], keyring)).rejects.toMatchObject(refused);
    await expect(open([mine.state], forged.keyring)).rejects.toMatchObject(refused);
  });

  it('[S1] an older state with an older keyring opens, so a fresh device has to be confirmed; a mixture does not', async () => {
    const opened = await open([mine.state], mine.keyring);
    const next = await publication(await renewKeys(opened, random), random);
    await expect(open([mine.state], next.keyring)).rejects.toMatchObject(refused);
    await expect(open([mine.state, next.state], mine.keyring)).rejects.toMatchObject(refused);
    await expect(open([next.state], next.keyring)).rejects.toMatchObject(refused);
    await expect(open([], next.keyring)).rejects.toMatchObject(refused);
  });

  it('[S1] an account of another address is refused', async () => {
    const other = openAccount(
      slotId,
      keys,
      parseAddress('mallory@localhost') as Address,
      [mine.state],
      mine.keyring,
    );
    await expect(other).rejects.toMatchObject(refused);
  });

  it('[S9] every changed byte of the keyring gives one and the same error', async () => {
    const messages = new Set<string>();
    for (let at = 0; at < mine.keyring.length; at += 37) {
      const changed = new Uint8Array(mine.keyring);
      changed[at] = (changed[at] as number) ^ 1;
      const error = await open([mine.state], changed).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(SottoError);
      messages.add(`${(error as SottoError).code} ${(error as SottoError).message}`);
    }
    expect(messages.size).toBe(1);
  });
});

describe('[S3] versions', () => {
  it('[S3] a state or keyring of another type or version is refused', async () => {
    const { state, keyring } = await publication(await someAccount(), random);
    const text = Buffer.from(state).toString('latin1');
    const at = text.indexOf('sotto account state') + 'sotto account state'.length;
    const older = new Uint8Array(state);
    older[at] = 0;
    expect(await readSignedState(older)).toBeUndefined();
    const ring = new Uint8Array(keyring);
    ring[Buffer.from(keyring).indexOf('sotto keyring') + 'sotto keyring'.length] = 2;
    expect(decodeKeyring(ring)).toBeUndefined();
    await expect(open([state], ring)).rejects.toMatchObject(refused);
  });
});

describe('a signed state', () => {
  it('is refused when any byte was changed or cut off', async () => {
    const { state } = await publication(await someAccount(), random);
    expect(await readSignedState(state)).toBeDefined();
    for (let at = 0; at < state.length; at += 11) {
      const changed = new Uint8Array(state);
      changed[at] = (changed[at] as number) ^ 0x10;
      expect(await readSignedState(changed)).toBeUndefined();
      expect(await readSignedState(state.slice(0, at))).toBeUndefined();
    }
  });

  it('names its keyring by SHA-256', async () => {
    const { state, keyring } = await publication(await someAccount(), random);
    expect((await readSignedState(state))?.keyringHash).toEqual(await sha256(keyring));
  });
});
