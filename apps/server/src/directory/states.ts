/** Signed account states as they are handed out: in order, from a number on, a page at a time. */
import { LIMITS } from '@sotto/contract';
import { toBase64Url } from '@sotto/crypto/public';
import type { AccountId } from '@sotto/protocol/public';
import type { Tables } from '../platform/database/database.ts';

export interface StatesPage {
  readonly accountId: AccountId;
  readonly states: string[];
  readonly more: boolean;
}

export async function statesOf(tables: Tables, accountId: AccountId, from: number): Promise<StatesPage> {
  const rows = await tables
    .selectFrom('states')
    .select('signed')
    .where('account', '=', accountId)
    .where('number', '>=', from)
    .orderBy('number')
    .limit(LIMITS.statesAtOnce + 1)
    .execute();
  const states = rows.slice(0, LIMITS.statesAtOnce).map(({ signed }) => toBase64Url(signed));
  return { accountId, states, more: rows.length > states.length };
}
