/** What an account has decided of people: one sealed version, replaced by compare-and-set, told to its other devices. */
import { type AnswerOf, type BodyOf, type identity, wireErrorOf } from '@sotto/contract';
import { toBase64Url } from '@sotto/crypto/public';
import type { AccountId } from '@sotto/protocol/public';
import type { Tables } from '../platform/database/database.ts';
import type { DeviceCaller } from '../platform/http/callers.ts';
import { type Platform, requiredBytes } from '../platform/platform.ts';
import type { Streams } from '../streams/streams.ts';

export async function readContacts(
  { database }: Platform,
  account: AccountId,
): Promise<AnswerOf<typeof identity.getContacts>> {
  const row = await database.tables
    .selectFrom('contacts')
    .select(['number', 'sealed'])
    .where('account', '=', account)
    .executeTakeFirst();
  return row === undefined
    ? { number: 0, sealed: null }
    : { number: row.number, sealed: toBase64Url(row.sealed) };
}

/** Number of the newest version; 0 where there is none. */
async function contactsNumber(tables: Tables, account: AccountId): Promise<number> {
  const row = await tables
    .selectFrom('contacts')
    .select('number')
    .where('account', '=', account)
    .executeTakeFirst();
  return row?.number ?? 0;
}

/** Throws `state_conflict` where the newest version is not the one before. */
export async function replaceContacts(
  { database }: Platform,
  streams: Streams,
  caller: DeviceCaller,
  { number, sealed: field }: BodyOf<typeof identity.setContacts>,
): Promise<void> {
  const sealed = requiredBytes(field);
  const { account, key } = caller;
  await database.write(async (tables) => {
    if ((await contactsNumber(tables, account)) !== number - 1) throw wireErrorOf('state_conflict');
    await tables
      .insertInto('contacts')
      .values({ account, number, sealed })
      .onConflict((conflict) => conflict.column('account').doUpdateSet({ number, sealed }))
      .execute();
    tables.whenDone(() => streams.announceContacts(account, key, number));
  });
}
