/** Who is in a group, as the server knows it from those who committed: to be believed by nobody but the server. */
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
import { appendEntry, startReading, streamKey } from '../streams/store.ts';
import type { Streams } from '../streams/streams.ts';

export interface Member {
  readonly key: number;
  readonly id: DeviceId;
  readonly account: AccountId;
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
  group: { readonly id: GroupId; readonly stream: number },
  members: readonly Member[],
  after: number,
): Promise<void> {
  for (const { key, account } of members) {
    await tables
      .insertInto('members')
      .values({ group_id: group.id, device: key, account })
      .onConflict((conflict) => conflict.columns(['group_id', 'device']).doNothing())
      .execute();
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
