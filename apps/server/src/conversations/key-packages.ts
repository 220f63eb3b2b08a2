/** Key packages: each one-time package is given out once, a device's last-resort one when there are no others. */
import { type AnswerOf, type BodyOf, type conversations, LIMITS, wireErrorOf } from '@sotto/contract';
import { toBase64Url } from '@sotto/crypto/public';
import type { AccountId } from '@sotto/protocol/public';
import type { Tables, Write } from '../platform/database/database.ts';
import type { DeviceCaller } from '../platform/http/callers.ts';
import { type Platform, requiredBytes } from '../platform/platform.ts';
import type { Streams } from '../streams/streams.ts';

/** With fewer left than this, the device is told. */
const FEW = 10;

type Claimed = AnswerOf<typeof conversations.claimKeyPackages>['packages'][number];

/** Throws `too_large` where the device would have more waiting than it may. */
export async function publishKeyPackages(
  { database }: Platform,
  { key }: DeviceCaller,
  body: BodyOf<typeof conversations.publishKeyPackages>,
): Promise<number> {
  const packages = body.packages.map(requiredBytes);
  const lastResort = body.lastResort === null ? null : requiredBytes(body.lastResort);
  return await database.write(async (tables) => {
    const waiting = (await oneTimeLeft(tables, key)) + packages.length;
    if (waiting > LIMITS.keyPackages) throw wireErrorOf('too_large');
    const rows = packages.map((bytes) => ({ device: key, last_resort: 0 as const, bytes }));
    if (rows.length > 0) await tables.insertInto('key_packages').values(rows).execute();
    if (lastResort !== null) await replaceLastResort(tables, key, lastResort);
    return waiting;
  });
}

/** One package of each current device of the account that has one. */
export async function claimKeyPackages(
  { database }: Platform,
  streams: Streams,
  account: AccountId,
): Promise<Claimed[]> {
  return await database.write(async (tables) => {
    const devices = await tables
      .selectFrom('devices')
      .select(['key', 'id'])
      .where('account', '=', account)
      .where('status', '=', 'current')
      .orderBy('key')
      .execute();
    const claimed: Claimed[] = [];
    for (const { key, id } of devices) {
      const row = await claimOne(tables, streams, key);
      if (row === undefined) continue;
      claimed.push({ deviceId: id, keyPackage: toBase64Url(row.bytes), lastResort: row.last_resort === 1 });
    }
    return claimed;
  });
}

async function oneTimeLeft(tables: Tables, device: number): Promise<number> {
  const { left } = await tables
    .selectFrom('key_packages')
    .select((select) => select.fn.countAll<number>().as('left'))
    .where('device', '=', device)
    .where('last_resort', '=', 0)
    .executeTakeFirstOrThrow();
  return left;
}

async function claimOne(tables: Write, streams: Streams, device: number) {
  // One-time packages come before the last resort, the oldest first.
  const row = await tables
    .selectFrom('key_packages')
    .select(['id', 'bytes', 'last_resort'])
    .where('device', '=', device)
    .orderBy('last_resort')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined || row.last_resort === 1) return row;
  await tables.deleteFrom('key_packages').where('id', '=', row.id).execute();
  const left = await oneTimeLeft(tables, device);
  if (left < FEW) tables.whenDone(() => streams.announceKeyPackages(device, left));
  return row;
}

async function replaceLastResort(
  tables: Write,
  device: number,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  await tables.deleteFrom('key_packages').where('device', '=', device).where('last_resort', '=', 1).execute();
  await tables.insertInto('key_packages').values({ device, last_resort: 1, bytes }).execute();
}
