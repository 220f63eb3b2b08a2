/** Groups: creating one, listing an account's, and handing out what a device needs to join by itself. */
import { type AnswerOf, type BodyOf, type conversations, wireErrorOf } from '@sotto/contract';
import { toBase64Url } from '@sotto/crypto/public';
import type { GroupId } from '@sotto/protocol/public';
import type { Tables } from '../platform/database/database.ts';
import type { DeviceCaller } from '../platform/http/callers.ts';
import { type Platform, requiredBytes } from '../platform/platform.ts';
import { createStream, streamKey } from '../streams/store.ts';
import type { Streams } from '../streams/streams.ts';
import type { Follower } from './following/follower.ts';
import { storeState } from './following/states.ts';
import { addMembers, checkAccountInGroup, currentDevices, deliverWelcome } from './members.ts';

/** Throws `group_exists`, `handshake_invalid`, `too_many_requests`, and `state_conflict` where a member's device is not current. */
export async function createGroup(
  { database, now }: Platform,
  streams: Streams,
  follower: Follower,
  caller: DeviceCaller,
  body: BodyOf<typeof conversations.createGroup>,
): Promise<void> {
  const info = requiredBytes(body.groupInfo);
  const welcome = body.welcome === null ? null : requiredBytes(body.welcome);
  const { groupId: group, members: named } = body;
  // The welcome is kept once for each of them.
  streams.requireAllowance(caller.key, info.length + (welcome?.length ?? 0) * named.length);
  const check = async (tables: Tables) => {
    if ((await streamKey(tables, group)) !== undefined) throw wireErrorOf('group_exists');
    return await currentDevices(tables, named);
  };
  await check(database.tables);
  await follower.begin({ groupId: group, caller, groupInfo: info, welcome, members: named });
  await database.write(async (tables) => {
    const others = await check(tables);
    const stream = await createStream(tables, group);
    await tables.insertInto('groups').values({ id: group, stream, handshake: 0 }).execute();
    await storeState(tables, group, { number: 0, info, maker: caller.key });
    const self = { key: caller.key, id: caller.device, account: caller.account };
    const members = [self, ...others.filter(({ key }) => key !== self.key)];
    await addMembers(tables, { id: group, stream }, members, 0);
    if (welcome !== null) {
      await deliverWelcome(tables, streams, caller, others, { group, after: 0, welcome }, now());
    }
    tables.whenDone(() => streams.changed(stream));
  });
}

export async function listGroups(
  { database }: Platform,
  caller: DeviceCaller,
): Promise<AnswerOf<typeof conversations.listGroups>> {
  const rows = await database.tables
    .selectFrom('members')
    .select(['group_id', 'device'])
    .where('account', '=', caller.account)
    .execute();
  const groups = new Map<GroupId, boolean>();
  for (const { group_id, device } of rows) {
    groups.set(group_id, device === caller.key || groups.get(group_id) === true);
  }
  return { groups: [...groups].map(([groupId, member]) => ({ groupId, member })) };
}

/** Throws `unknown_group` unless the caller's account is in the group. */
export async function getGroupInfo(
  { database }: Platform,
  caller: DeviceCaller,
  group: GroupId,
): Promise<AnswerOf<typeof conversations.getGroupInfo>> {
  const { tables } = database;
  await checkAccountInGroup(tables, group, caller.account);
  const row = await tables
    .selectFrom('groups')
    .innerJoin('group_states', (join) => join.onRef('group_id', '=', 'id').onRef('number', '=', 'handshake'))
    .select(['info', 'handshake'])
    .where('id', '=', group)
    .executeTakeFirstOrThrow();
  return { groupInfo: toBase64Url(row.info), handshake: row.handshake };
}
