/** An account that a hostile server holds, its owner who signs in anew, and what the server can make of it. */
import { identity } from '@sotto/contract';
import { type Bytes, fromBase64Url, secretFromWords, systemRandom, toBase64Url } from '@sotto/crypto';
import {
  type Address,
  decodeKeyring,
  encodeKeyring,
  type Keyring,
  newAccount,
  openAccount,
  publication,
  readSignedState,
  resealSlot,
  type Slot,
  slotKeys,
} from '@sotto/protocol';
import {
  type HostileServer,
  openTestDevice,
  signUp,
  startHostileServer,
  startTestServer,
  type TestDevice,
  type TestPerson,
  type TestServer,
} from '@sotto/testkit';
import { afterAll, afterEach, beforeAll, vi } from 'vitest';
import { LONG, MANY, outcome } from './parts.ts';

export let server: TestServer;
export let hostile: HostileServer;
export let victim: TestPerson;
export let newcomer: TestDevice;

/** Signs the victim up before the tests of a file, and lets the hostile server behave after each. */
export function useVictim(): void {
  beforeAll(async () => {
    server = await startTestServer(MANY);
    hostile = await startHostileServer(server.url);
    victim = await signUp(server.url, 'victim');
    newcomer = await openTestDevice(hostile.url);
  }, LONG);
  afterEach(() => {
    hostile.behave();
    hostile.forget();
    for (const module of ['@sotto/crypto', '@sotto/contract']) vi.doUnmock(module);
  });
  afterAll(async () => {
    await newcomer.dispose();
    await victim.device.dispose();
    await hostile.close();
    await server.close();
  });
}

export type Account = { slotId: string; states: readonly string[]; keyring: string };
export type Attack = (real: Account) => Promise<Partial<Account>>;

export const signIn = (device: TestDevice = newcomer) =>
  outcome(device.call('signIn', { address: victim.address, password: victim.password, deviceName: 'New' }));
export const recover = () =>
  outcome(
    newcomer.call('recover', {
      address: victim.address,
      words: victim.words,
      newPassword: 'quite another long passphrase here',
      deviceName: 'New',
    }),
  );

/** What follows the account's data, which is where the attack is. */
export function afterReading(): readonly string[] {
  const paths = hostile.traffic.exchanges.map(({ path }) => path);
  return paths.slice(paths.lastIndexOf(identity.getAccount.path) + 1);
}

export function attack(change: Attack): void {
  hostile.onAnswer(identity.getAccount, async (answer) => ({ ...answer, ...(await change(answer)) }));
}

export const bytesOf = (field: string): Bytes => fromBase64Url(field) ?? new Uint8Array(0);

export function keyringOf({ keyring }: Account): Keyring {
  const decoded = decodeKeyring(bytesOf(keyring));
  if (decoded === undefined) throw new TypeError('no keyring');
  return decoded;
}

export const asField = (keyring: Keyring) => ({ keyring: toBase64Url(encodeKeyring(keyring)) });

export function withSlots(real: Account, change: (slot: Slot) => Slot): { keyring: string } {
  const keyring = keyringOf(real);
  return asField({ ...keyring, slots: keyring.slots.map(change) });
}

export const ATTACKER_KEY = systemRandom(32);

/** An account of the attacker's making, sealed to the victim's own slots: their public keys stand in the keyring. */
export async function ownAccount(real: Account) {
  const { accountId, slots, devices: shares } = keyringOf(real);
  const resealed = await Promise.all(slots.map((slot) => resealSlot(slot, accountId, ATTACKER_KEY)));
  const newest = await readSignedState(bytesOf(real.states.at(-1) ?? ''));
  const devices = (newest?.devices ?? []).map((device, i) => ({
    ...device,
    encryptionKey: shares[i]?.publicKey ?? new Uint8Array(0),
  }));
  const fresh = newAccount(accountId, victim.address as Address, systemRandom);
  const account = { ...fresh, accountKey: ATTACKER_KEY, slots: resealed, devices };
  return { account, ...(await publication(account, systemRandom)) };
}

export async function victimsKeys() {
  const secret = secretFromWords(victim.words);
  if (secret === undefined) throw new TypeError('no words');
  return slotKeys(secret);
}

/** The account as the real server gives it to the holder of the recovery code, and what that opens. */
export async function realAccount() {
  let real: Account | undefined;
  const stop = hostile.onAnswer(identity.getAccount, (answer) => {
    real = answer;
    return { ...answer, states: [] };
  });
  await recover();
  stop();
  if (real === undefined) throw new TypeError('no account');
  const keys = await victimsKeys();
  const slot = keyringOf(real).slots.find(({ kind }) => kind === 'recovery');
  if (slot === undefined) throw new TypeError('no slot');
  const openWithCode = (account: Account) =>
    openAccount(
      slot.id,
      keys,
      victim.address as Address,
      account.states.map(bytesOf),
      bytesOf(account.keyring),
    );
  return { real, slot, keys, openWithCode };
}
