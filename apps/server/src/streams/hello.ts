/** What a device is told when it connects, and the streams that it reads. */
import { type ServerFrame, type StreamId, wireErrorOf } from '@sotto/contract';
import type { Tables } from '../platform/database/database.ts';
import type { DeviceCaller } from '../platform/http/callers.ts';

export interface ReadStream {
  readonly stream: number;
  readonly id: StreamId;
  readonly newest: number;
  readonly acknowledged: number;
  readonly until: number | null;
}

/** Throws `not_signed_in` where the device was removed or signed out since it said hello. */
export async function welcomeOf(
  tables: Tables,
  { key, account }: DeviceCaller,
): Promise<{ ready: Extract<ServerFrame, { type: 'ready' }>; streams: readonly ReadStream[] }> {
  const device = await tables
    .selectFrom('devices')
    .select('counter')
    .where('key', '=', key)
    .where('status', '=', 'current')
    .executeTakeFirst();
  if (device === undefined) throw wireErrorOf('not_signed_in');
  const { value: incarnation } = await tables
    .selectFrom('meta')
    .select('value')
    .where('name', '=', 'incarnation')
    .executeTakeFirstOrThrow();
  const related = tables
    .selectFrom('members as own')
    .innerJoin('members as others', 'others.group_id', 'own.group_id')
    .select('others.account')
    .where('own.account', '=', account);
  const accounts = await tables
    .selectFrom('accounts')
    .select(['id', 'newest'])
    .where((where) => where.or([where('id', '=', account), where('id', 'in', related)]))
    .execute();
  const streams = await tables
    .selectFrom('readers')
    .innerJoin('streams', 'streams.key', 'readers.stream')
    .select(['readers.stream', 'streams.id', 'newest', 'acknowledged', 'until'])
    .where('device', '=', key)
    .execute();
  const { keyPackages } = await tables
    .selectFrom('key_packages')
    .select((select) => select.fn.countAll<number>().as('keyPackages'))
    .where('device', '=', key)
    .where('last_resort', '=', 0)
    .executeTakeFirstOrThrow();
  const contacts = await tables
    .selectFrom('contacts')
    .select('number')
    .where('account', '=', account)
    .executeTakeFirst();
  const ready = {
    type: 'ready' as const,
    counter: device.counter,
    keyPackages,
    incarnation,
    accounts: accounts.map(({ id, newest }) => [id, newest] as const),
    contacts: contacts?.number ?? 0,
  };
  return { ready, streams };
}
