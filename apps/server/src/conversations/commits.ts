/**
 * Commits: a group's handshake entries by compare-and-set. A commit names the handshake entry that it follows and is
 * taken if none came since; a repetition of the same request gets the same answer (docs/spec/streams.md).
 */
import { createHash } from 'node:crypto';
import { type BodyOf, type conversations, ENTRY_KIND, wireErrorOf } from '@sotto/contract';
import { type Bytes, equalBytes } from '@sotto/crypto/public';
import type { DeviceId, GroupId } from '@sotto/protocol/public';
import type { Write } from '../platform/database/database.ts';
import type { DeviceCaller } from '../platform/http/callers.ts';
import { type Platform, requiredBytes } from '../platform/platform.ts';
import { appendEntry, stopReading } from '../streams/store.ts';
import type { Streams } from '../streams/streams.ts';
import { addMembers, checkAccountInGroup, currentDevices, deliverWelcome, isMember } from './members.ts';

type Body = BodyOf<typeof conversations.commit>;

interface Group {
  readonly id: GroupId;
  readonly stream: number;
}

/** The number of the commit's entry. Throws `unknown_group`, `handshake_conflict`, `state_conflict`, `forbidden`. */
export async function commit(
  { database, now }: Platform,
  streams: Streams,
  caller: DeviceCaller,
  body: Body,
): Promise<number> {
  const fields = [body.commit, body.groupInfo, ...(body.welcome === null ? [] : [body.welcome])];
  const [bytes, info, welcome] = fields.map(requiredBytes);
  if (bytes === undefined || info === undefined) throw wireErrorOf('bad_request');
  const digest = new Uint8Array(createHash('sha256').update(JSON.stringify(body)).digest());
  return await database.write(async (tables) => {
    const before = await answeredBefore(tables, caller, body.request, digest);
    if (before !== undefined) return before;
    const group = await checkMayCommit(tables, caller, body);
    const added = await currentDevices(tables, body.added);
    const time = now();
    const number = await appendEntry(tables, group.stream, {
      kind: ENTRY_KIND.handshake,
      sender: caller.key,
      time,
      bytes,
    });
    await tables.updateTable('groups').set({ handshake: number, info }).where('id', '=', group.id).execute();
    await removeMembers(tables, group, body.removed, number);
    await addMembers(tables, group, added, number);
    if (welcome !== undefined) {
      await deliverWelcome(tables, streams, caller, added, { group: group.id, after: number, welcome }, time);
    }
    await remember(tables, caller, { request: body.request, digest, number, time });
    tables.whenDone(() => streams.changed(group.stream));
    return number;
  });
}

/** Throws `counter_reused` where the device has sent something else under the same name. */
async function answeredBefore(
  tables: Write,
  { key }: DeviceCaller,
  request: string,
  digest: Bytes,
): Promise<number | undefined> {
  const row = await tables
    .selectFrom('commits')
    .select(['digest', 'number'])
    .where('device', '=', key)
    .where('request', '=', request)
    .executeTakeFirst();
  if (row !== undefined && !equalBytes(row.digest, digest)) throw wireErrorOf('counter_reused');
  return row?.number;
}

async function checkMayCommit(tables: Write, caller: DeviceCaller, body: Body): Promise<Group> {
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

/** They read up to and with the commit that removes them. */
async function removeMembers(
  tables: Write,
  { id, stream }: Group,
  removed: readonly DeviceId[],
  number: number,
): Promise<void> {
  if (removed.length === 0) return;
  const rows = await tables
    .selectFrom('members')
    .innerJoin('devices', 'devices.key', 'members.device')
    .select('devices.key')
    .where('group_id', '=', id)
    .where('devices.id', 'in', removed)
    .execute();
  if (rows.length !== new Set(removed).size) throw wireErrorOf('state_conflict');
  const keys = rows.map(({ key }) => key);
  await tables.deleteFrom('members').where('group_id', '=', id).where('device', 'in', keys).execute();
  await stopReading(tables, stream, keys, number);
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
