/**
 * Commits: a group's handshake entries by compare-and-set. A commit names the handshake entry that it follows and is
 * taken if none came since and it checks out; a repetition of the same request gets the same answer
 * (docs/spec/streams.md).
 */
import { createHash } from 'node:crypto';
import { type BodyOf, type conversations, ENTRY_KIND, wireErrorOf } from '@sotto/contract';
import { type Bytes, equalBytes } from '@sotto/crypto/public';
import type { Tables, Write } from '../platform/database/database.ts';
import type { DeviceCaller } from '../platform/http/callers.ts';
import { type Platform, requiredBytes } from '../platform/platform.ts';
import { appendEntry } from '../streams/store.ts';
import type { Streams } from '../streams/streams.ts';
import type { Change, Follower } from './following/follower.ts';
import { storeState } from './following/states.ts';
import {
  addMembers,
  checkAccountInGroup,
  currentDevices,
  deliverWelcome,
  type GroupPlace,
  isMember,
  removeMembers,
  replaceMembers,
} from './members.ts';

type Body = BodyOf<typeof conversations.commit>;

/** A request with its fields decoded. */
interface Request {
  readonly body: Body;
  readonly digest: Bytes;
  readonly commit: Bytes;
  readonly groupInfo: Bytes;
  readonly welcome: Bytes | null;
}

/**
 * The number of the commit's entry. Throws `unknown_group`, `handshake_conflict`, `handshake_invalid`,
 * `group_unsupported`, `state_conflict`, `forbidden`, `too_many_requests`, and nothing has changed then.
 */
export async function commit(
  { database, now }: Platform,
  streams: Streams,
  follower: Follower,
  caller: DeviceCaller,
  body: Body,
): Promise<number> {
  const request = readRequest(body);
  const { groupId } = body;
  const size = request.commit.length + request.groupInfo.length;
  streams.requireAllowance(caller.key, size + (request.welcome?.length ?? 0) * body.added.length);
  const before = await answeredBefore(database.tables, caller, request);
  if (before !== undefined) return before;
  await checkMayCommit(database.tables, caller, body);
  await currentDevices(database.tables, body.added);
  const change = await follower.follow({ ...body, ...request, caller });
  return await database.write(async (tables) => {
    // Another may have come first while this one was looked at.
    const answered = await answeredBefore(tables, caller, request);
    if (answered !== undefined) return answered;
    const group = await checkMayCommit(tables, caller, body);
    const time = now();
    const entry = { kind: ENTRY_KIND.handshake, sender: caller.key, time, bytes: request.commit };
    const number = await appendEntry(tables, group.stream, entry);
    await tables.updateTable('groups').set({ handshake: number }).where('id', '=', groupId).execute();
    await storeState(tables, groupId, { number, info: request.groupInfo, maker: caller.key });
    const added = await changeMembers(tables, group, change, number);
    if (request.welcome !== null) {
      const welcome = { group: groupId, after: number, welcome: request.welcome };
      await deliverWelcome(tables, streams, caller, added, welcome, time);
    }
    await remember(tables, caller, { request: body.request, digest: request.digest, number, time });
    tables.whenDone(() => {
      change.taken(number);
      streams.changed(group.stream);
    });
    return number;
  });
}

/** Throws `bad_request` where a field is no canonical base64url. */
function readRequest(body: Body): Request {
  return {
    body,
    digest: new Uint8Array(createHash('sha256').update(JSON.stringify(body)).digest()),
    commit: requiredBytes(body.commit),
    groupInfo: requiredBytes(body.groupInfo),
    welcome: body.welcome === null ? null : requiredBytes(body.welcome),
  };
}

/** Throws `counter_reused` where the device has sent something else under the same name. */
async function answeredBefore(
  tables: Tables,
  { key }: DeviceCaller,
  { body, digest }: Request,
): Promise<number | undefined> {
  const row = await tables
    .selectFrom('commits')
    .select(['digest', 'number'])
    .where('device', '=', key)
    .where('request', '=', body.request)
    .executeTakeFirst();
  if (row !== undefined && !equalBytes(row.digest, digest)) throw wireErrorOf('counter_reused');
  return row?.number;
}

async function checkMayCommit(tables: Tables, caller: DeviceCaller, body: Body): Promise<GroupPlace> {
  const { groupId: id } = body;
  if (!(await isMember(tables, id, caller.key))) {
    await checkAccountInGroup(tables, id, caller.account);
    if (!body.added.some(({ deviceId }) => deviceId === caller.device)) throw wireErrorOf('forbidden');
  }
  const row = await tables
    .selectFrom('groups')
    .select(['stream', 'handshake'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  if (row.handshake !== body.follows) throw wireErrorOf('handshake_conflict');
  return { id, stream: row.stream };
}

/** Who was added. Throws `state_conflict` where a device is not current any more. */
async function changeMembers(tables: Write, group: GroupPlace, change: Change, number: number) {
  const added = await currentDevices(tables, change.added);
  if (change.members === null) await removeMembers(tables, group, change.removed, number);
  else await replaceMembers(tables, group, change.members, number);
  await addMembers(tables, group, added, number);
  return added;
}

async function remember(
  tables: Write,
  { key }: DeviceCaller,
  row: { readonly request: string; readonly digest: Bytes; readonly number: number; readonly time: number },
): Promise<void> {
  await tables
    .insertInto('commits')
    .values({ device: key, ...row })
    .execute();
}
