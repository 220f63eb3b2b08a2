/** Becoming a further device of an account, by password or by recovery code. */
import { identity } from '@sotto/contract';
import type { Random } from '@sotto/crypto';
import {
  type Address,
  type DeviceId,
  type OpenAccount,
  renewKeys,
  slotKeys,
  withDevice,
  withoutDevices,
  withSlot,
} from '@sotto/protocol';
import type { Http } from '../session/http.ts';
import { asAccountDevice, newDeviceKeys } from './device-keys.ts';
import { startRegistration } from './opaque.ts';
import { type NewDevice, requireStrongPassword } from './sign-up.ts';
import {
  type Changed,
  changeAccount,
  newSlotId,
  type ProvenSlot,
  provePasswordSlot,
  proveRecoverySlot,
} from './slot-act.ts';

/** Throws `sign_in_refused`, `account_not_authentic` and what the network throws; leaves nothing behind then. */
export async function signInByPassword(
  http: Http,
  address: Address,
  password: string,
  random: Random,
): Promise<NewDevice> {
  const slot = await provePasswordSlot(http, address, password);
  const keys = await newDeviceKeys(random);
  const { account, states } = await changeAccount(http, slot, random, async (before) => ({
    account: withDevice(before, asAccountDevice(keys)),
    slots: [],
  }));
  return { account, keys, states };
}

/** Signs in by the recovery code, sets a new password and renews the keys; other devices stay. */
export async function recoverAccount(
  http: Http,
  input: { domain: string; address: Address; words: string; newPassword: string },
  random: Random,
): Promise<NewDevice> {
  await requireStrongPassword(input.newPassword, input.address);
  const slot = await proveRecoverySlot(http, input.domain, input.address, input.words);
  const keys = await newDeviceKeys(random);
  const { account, states } = await changeAccount(http, slot, random, async (before) => {
    const changed = await withNewPassword(http, slot, before, input.newPassword, random);
    return { ...changed, account: withDevice(changed.account, asAccountDevice(keys)) };
  });
  return { account, keys, states };
}

/** Throws `sign_in_refused` where `password` is not the present one. */
export async function changePassword(
  http: Http,
  address: Address,
  password: string,
  newPassword: string,
  random: Random,
): Promise<void> {
  await requireStrongPassword(newPassword, address);
  const slot = await provePasswordSlot(http, address, password);
  await changeAccount(http, slot, random, (before) =>
    withNewPassword(http, slot, before, newPassword, random),
  );
}

/** Takes devices out of the account and renews its keys, so that they open nothing that comes later. */
export async function removeDevices(
  http: Http,
  address: Address,
  password: string,
  removed: readonly DeviceId[],
  random: Random,
): Promise<void> {
  const slot = await provePasswordSlot(http, address, password);
  await changeAccount(http, slot, random, async (before) => ({
    account: await withoutDevices(before, removed, random),
    slots: [],
  }));
}

/** One password slot in place of all earlier ones, under renewed keys. */
async function withNewPassword(
  http: Http,
  slot: ProvenSlot,
  before: OpenAccount,
  password: string,
  random: Random,
): Promise<Changed> {
  const registration = await startRegistration(password);
  const { registrationResponse } = await http.request(
    identity.beginPassword,
    { registrationRequest: registration.request },
    slot.token,
  );
  const { record, secret } = await registration.finish(registrationResponse);
  const id = newSlotId(random);
  const renewed = await renewKeys(before, random);
  const others = { ...renewed, slots: renewed.slots.filter(({ kind }) => kind !== 'password') };
  const account = await withSlot(others, { id, kind: 'password', keys: await slotKeys(secret) }, random);
  return { account, slots: [{ kind: 'password', id, record }] };
}
