/** The account's devices, and what follows for this one when the account changes. */
import { identity as routes } from '@sotto/contract';
import { equalBytes, SottoError, sha256, toBase64Url } from '@sotto/crypto';
import {
  decodeKeyring,
  encodeWorkingKeys,
  openDeviceLabel,
  openWorkingKeys,
  sealDeviceLabel,
} from '@sotto/protocol';
import type { DeviceInfo } from '../api.ts';
import type { Core } from '../core.ts';
import type { Pin } from '../directory/pin.ts';
import { settingsKeyOf, workingKeysOf } from '../session/profile.ts';
import { requiredBytes } from './slot-act.ts';

/** The devices that the account's newest state lists, with what the server adds to it. */
export async function listDevices(core: Core): Promise<readonly DeviceInfo[]> {
  const pin = core.directory.get(core.self.accountId);
  const { devices } = await core.http.request(routes.listDevices, {}, await core.token());
  const keys = workingKeysOf(core.profile.value).map(({ settingsKey }) => settingsKey);
  const current = (pin?.devices ?? []).filter((device) => device.current);
  return Promise.all(
    current.map(async ({ id }): Promise<DeviceInfo> => {
      const row = devices.find(({ deviceId }) => deviceId === id);
      const own = id === core.self.deviceId;
      const label = row?.label === null || row?.label === undefined ? undefined : requiredBytes(row.label);
      let name: string | undefined = own ? core.profile.value.deviceName : undefined;
      for (const key of keys)
        name ??= label === undefined ? undefined : await openDeviceLabel(key, id, label);
      return {
        id,
        name: name ?? 'A device',
        current: own,
        added: row?.added ?? null,
        signedOut: row?.signedOut ?? false,
      };
    }),
  );
}

/** Learns whether this account owns the server: it may make invites. */
export async function learnOwnership(core: Core): Promise<void> {
  const { owner } = await core.http.request(routes.listDevices, {}, await core.token());
  if (owner !== core.profile.value.owner) await core.profile.update({ owner });
}

/** Tells the account's other devices what this one is called. */
export async function publishName(core: Core): Promise<void> {
  const { deviceName } = core.profile.value;
  const label = await sealDeviceLabel(
    settingsKeyOf(core.profile.value),
    core.self.deviceId,
    deviceName,
    core.random,
  );
  await core.http.request(routes.setDeviceLabel, { label: toBase64Url(label) }, await core.token());
}

/** After a newer state of the own account: takes the working keys that were sealed to this device. */
export async function takeWorkingKeys(core: Core, pin: Pin): Promise<void> {
  const { keyring: field } = await core.http.request(routes.getKeyring, {}, await core.token());
  const bytes = requiredBytes(field);
  if (!equalBytes(await sha256(bytes), pin.keyringHash)) return;
  const { accountId, deviceId, keys } = core.self;
  const share = decodeKeyring(bytes)?.devices.find(({ id }) => id === deviceId);
  if (share === undefined) return;
  const history = await openWorkingKeys(keys.encryption, accountId, deviceId, share.workingKeys);
  if (history === undefined || history.length < workingKeysOf(core.profile.value).length) {
    throw new SottoError(
      'account_not_authentic',
      'The server sent account data that your account did not sign.',
    );
  }
  await core.profile.update({ workingKeys: encodeWorkingKeys(history) });
}
