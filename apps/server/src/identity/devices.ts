/** An account's devices as the server knows them, beside their signed state. */
import type { AnswerOf, identity } from '@sotto/contract';
import { toBase64Url } from '@sotto/crypto/public';
import type { AccountId, DeviceId } from '@sotto/protocol/public';
import type { Write } from '../platform/database/database.ts';
import type { DeviceStatus } from '../platform/database/schema.ts';
import type { DeviceCaller } from '../platform/http/callers.ts';
import { type Platform, requiredBytes } from '../platform/platform.ts';
import type { Streams } from '../streams/streams.ts';

export async function listDevices(
  { database }: Platform,
  account: AccountId,
): Promise<AnswerOf<typeof identity.listDevices>> {
  const rows = await database.tables
    .selectFrom('devices')
    .select(['id', 'added', 'status', 'label'])
    .where('account', '=', account)
    .where('status', '!=', 'removed')
    .orderBy('key')
    .execute();
  const { owner } = await database.tables
    .selectFrom('accounts')
    .select('owner')
    .where('id', '=', account)
    .executeTakeFirstOrThrow();
  const devices = rows.map(({ id, added, status, label }) => ({
    deviceId: id,
    added,
    signedOut: status === 'signed_out',
    label: label === null ? null : toBase64Url(label),
  }));
  return { devices, owner: owner === 1 };
}

/** The account's other devices are told. */
export async function setDeviceLabel(
  { database }: Platform,
  streams: Streams,
  caller: DeviceCaller,
  label: string,
): Promise<void> {
  await database.write(async (tables) => {
    await tables
      .updateTable('devices')
      .set({ label: requiredBytes(label) })
      .where('key', '=', caller.key)
      .execute();
    await announceDevices(tables, streams, caller);
  });
}

/**
 * Final for this device: signing in again makes a new one. The account's other devices are told, and it keeps its name, by
 * which a person knows which one it was.
 */
export async function signOutDevice(
  { database }: Platform,
  streams: Streams,
  caller: DeviceCaller,
): Promise<void> {
  await database.write(async (tables) => {
    await retireDevices(tables, streams, [{ key: caller.key, id: caller.device }], 'signed_out');
    await announceDevices(tables, streams, caller);
  });
}

/** Tells the account's other devices, with the number of its newest state, that what is known beside it has changed. */
async function announceDevices(tables: Write, streams: Streams, caller: DeviceCaller): Promise<void> {
  const { newest } = await tables
    .selectFrom('accounts')
    .select('newest')
    .where('id', '=', caller.account)
    .executeTakeFirstOrThrow();
  tables.whenDone(() => streams.announceDevices(caller.account, caller.key, newest));
}

/** Ends the devices' sessions and connections, drops their key packages and what waits for them. */
export async function retireDevices(
  tables: Write,
  streams: Streams,
  devices: readonly { readonly key: number; readonly id: DeviceId }[],
  status: Exclude<DeviceStatus, 'current'>,
): Promise<void> {
  if (devices.length === 0) return;
  const keys = devices.map(({ key }) => key);
  const changes = status === 'removed' ? { status, label: null } : { status };
  await tables.updateTable('devices').set(changes).where('key', 'in', keys).execute();
  await tables
    .deleteFrom('sessions')
    .where(
      'device',
      'in',
      devices.map(({ id }) => id),
    )
    .execute();
  await tables.deleteFrom('key_packages').where('device', 'in', keys).execute();
  const read = await tables.deleteFrom('readers').where('device', 'in', keys).returning('stream').execute();
  tables.whenDone(() => {
    streams.prune(read.map(({ stream }) => stream));
    for (const key of keys) streams.disconnect(key, 'not_signed_in');
  });
}
