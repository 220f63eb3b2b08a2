/** Who is in a group and reads its stream: what the server makes of the commits that it took. */
import {
  type BodyOf,
  type conversations,
  ENTRY_KIND,
  encodeWelcomeEntry,
  wireErrorOf,
} from '@sotto/contract';
import type { Bytes } from '@sotto/crypto/public';
import type { AccountId, DeviceId, GroupId } from '@sotto/protocol/public';
import type { Tables, Write } from '../platform/database/database.ts';
import type { DeviceCaller } from '../platform/http/callers.ts';
import { appendEntry, readOn, startReading, stopReading, streamKey } from '../streams/store.ts';
import type { Streams } from '../streams/streams.ts';

export interface Member {
  readonly key: number;
  readonly id: DeviceId;
  readonly account: AccountId;
}

export interface GroupPlace {
  readonly id: GroupId;
  readonly stream: number;
}

type MemberField = BodyOf<typeof conversations.createGroup>['members'][number];

/** The rows of devices that must all be current; throws `state_conflict` where one is not of its account, or gone. */
export async function currentDevices(
  tables: Tables,
  fields: readonly MemberField[],
): Promise<readonly Member[]> {
  if (fields.length === 0) return [];
  const wanted = new Map(fields.map(({ deviceId, accountId }) => [deviceId, accountId]));
  const rows = await tables
    .selectFrom('devices')
    .select(['key', 'id', 'account'])
    .where('id', 'in', [...wanted.keys()])
    .where('status', '=', 'current')
    .execute();
  const fitting = rows.filter(({ id, account }) => wanted.get(id) === account);
  if (wanted.size !== fields.length || fitting.length !== fields.length) throw wireErrorOf('state_conflict');
  return fitting;
}

export async function isMember(tables: Tables, group: GroupId, device: number): Promise<boolean> {
  const row = await tables
    .selectFrom('members')
    .select('device')
    .where('group_id', '=', group)
    .where('device', '=', device)
    .executeTakeFirst();
  return row !== undefined;
}

/** Throws `unknown_group`, alike for a group that does not exist and one that the account is not in. */
export async function checkAccountInGroup(tables: Tables, group: GroupId, account: AccountId): Promise<void> {
  const row = await tables
    .selectFrom('members')
    .select('device')
    .where('group_id', '=', group)
    .where('account', '=', account)
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) throw wireErrorOf('unknown_group');
}

/** Makes each a member that reads what comes after `after`. */
export async function addMembers(
  tables: Write,
  group: GroupPlace,
  members: readonly Member[],
  after: number,
): Promise<void> {
  for (const { key, account } of members) {
    await insertMember(tables, group, key, account);
    await startReading(tables, group.stream, key, after);
  }
}

/** Puts a welcome into the stream of each new member but the caller. */
export async function deliverWelcome(
  tables: Write,
  streams: Streams,
  caller: DeviceCaller,
  members: readonly Member[],
  welcome: { readonly group: GroupId; readonly after: number; readonly welcome: Bytes },
  time: number,
): Promise<void> {
  const bytes = encodeWelcomeEntry(welcome);
  for (const { key, id } of members) {
    if (key === caller.key) continue;
    const stream = await streamKey(tables, id);
    if (stream === undefined) throw new Error('a device has a stream');
    await appendEntry(tables, stream, { kind: ENTRY_KIND.welcome, sender: caller.key, time, bytes });
    tables.whenDone(() => streams.changed(stream));
  }
}

/** They read up to and with the entry that removes them. Throws `state_conflict` where one is no member. */
export async function removeMembers(
  tables: Write,
  group: GroupPlace,
  removed: readonly DeviceId[],
  number: number,
): Promise<void> {
  if (removed.length === 0) return;
  const rows = await memberRows(tables, group);
  const gone = new Set(removed);
  const keys = rows.filter(({ id }) => gone.has(id)).map(({ key }) => key);
  if (keys.length !== gone.size) throw wireErrorOf('state_conflict');
  await dropMembers(tables, group, keys, number);
}

/**
 * Makes the members those of a state that does not follow the newest one. Who had left by a commit that the others
 * ignored reads on, where the server still knows up to where it has read, and from this entry on elsewhere.
 */
export async function replaceMembers(
  tables: Write,
  group: GroupPlace,
  members: readonly MemberField[],
  number: number,
): Promise<void> {
  const rows = await memberRows(tables, group);
  const wanted = new Set(members.map(({ deviceId }) => deviceId));
  const gone = rows.filter(({ id }) => !wanted.has(id)).map(({ key }) => key);
  await dropMembers(tables, group, gone, number);
  const here = new Set(rows.map(({ id }) => id));
  const missing = [...wanted].filter((id) => !here.has(id));
  if (missing.length === 0) return;
  const back = await tables
    .selectFrom('devices')
    .select(['key', 'id', 'account', 'status'])
    .where('id', 'in', missing)
    .execute();
  for (const { key, account, status } of back) {
    await insertMember(tables, group, key, account);
    if (status === 'current') await readOn(tables, group.stream, key, number - 1);
  }
}

async function memberRows(tables: Tables, { id }: GroupPlace) {
  return await tables
    .selectFrom('members')
    .innerJoin('devices', 'devices.key', 'members.device')
    .select(['devices.key', 'devices.id'])
    .where('group_id', '=', id)
    .execute();
}

async function dropMembers(
  tables: Write,
  { id, stream }: GroupPlace,
  keys: readonly number[],
  number: number,
): Promise<void> {
  if (keys.length === 0) return;
  await tables.deleteFrom('members').where('group_id', '=', id).where('device', 'in', keys).execute();
  await stopReading(tables, stream, keys, number);
}

async function insertMember(
  tables: Write,
  { id }: GroupPlace,
  device: number,
  account: AccountId,
): Promise<void> {
  await tables
    .insertInto('members')
    .values({ group_id: id, device, account })
    .onConflict((conflict) => conflict.columns(['group_id', 'device']).doNothing())
    .execute();
}
