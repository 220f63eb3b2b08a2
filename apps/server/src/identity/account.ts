/** The account of a proven slot: reading it, and publishing its next state by compare-and-set. */
import { type AnswerOf, type BodyOf, type identity, wireErrorOf } from '@sotto/contract';
import { equalBytes, toBase64Url } from '@sotto/crypto/public';
import { type AccountId, type AccountState, readSignedState, type SlotId } from '@sotto/protocol/public';
import { statesOf } from '../directory/states.ts';
import type { Tables, Write } from '../platform/database/database.ts';
import type { SlotCaller } from '../platform/http/callers.ts';
import type { Platform } from '../platform/platform.ts';
import type { Streams } from '../streams/streams.ts';
import { retireDevices } from './devices.ts';
import { checkSlots, readPublished, storeDevices, storeSlots, storeState } from './states.ts';

export async function readAccount(
  { database }: Platform,
  caller: SlotCaller,
  from: number,
): Promise<AnswerOf<typeof identity.getAccount>> {
  // In one transaction, so that keyring and states belong together.
  return await database.write(async (tables) => ({
    ...(await statesOf(tables, caller.account, from)),
    slotId: caller.slot,
    keyring: await readKeyring(tables, caller.account),
  }));
}

export async function readKeyring(tables: Tables, account: AccountId): Promise<string> {
  const { bytes } = await tables
    .selectFrom('keyrings')
    .select('bytes')
    .where('account', '=', account)
    .executeTakeFirstOrThrow();
  return toBase64Url(bytes);
}

/** Throws `state_conflict` where another state came first, `state_invalid` where this one cannot follow at all. */
export async function publishState(
  { database, now }: Platform,
  streams: Streams,
  caller: SlotCaller,
  body: BodyOf<typeof identity.publishState>,
): Promise<void> {
  const published = await readPublished(body.state, body.keyring);
  checkSlots(body.slots);
  const { state } = published;
  const newest = await newestState(database.tables, caller.account);
  checkFollows(state, newest);
  await database.write(async (tables) => {
    await advance(tables, caller.account, newest.number);
    await storeState(tables, published);
    await storeSlots(tables, caller.account, body.slots);
    await keepSlots(
      tables,
      caller,
      body.keep,
      body.slots.map(({ id }) => id),
    );
    await storeDevices(tables, state, now());
    const removed = await devicesNotIn(tables, state);
    await retireDevices(tables, streams, removed, 'removed');
    tables.whenDone(() => streams.announceAccount(caller.account, state.number));
  });
}

/** The compare-and-set: throws `state_conflict` where the newest state is not number `from` any more. */
async function advance(tables: Write, account: AccountId, from: number): Promise<void> {
  const { numUpdatedRows } = await tables
    .updateTable('accounts')
    .set({ newest: from + 1 })
    .where('id', '=', account)
    .where('newest', '=', from)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows !== 1n) throw wireErrorOf('state_conflict');
}

async function newestState(tables: Tables, account: AccountId): Promise<AccountState> {
  const { signed } = await tables
    .selectFrom('states')
    .innerJoin('accounts', 'accounts.id', 'states.account')
    .select('signed')
    .where('account', '=', account)
    .whereRef('number', '=', 'accounts.newest')
    .executeTakeFirstOrThrow();
  const state = await readSignedState(signed);
  if (state === undefined) throw new Error('a stored state does not check out');
  return state;
}

function checkFollows(state: AccountState, newest: AccountState): void {
  const same =
    state.accountId === newest.accountId &&
    state.address === newest.address &&
    equalBytes(state.signingKey, newest.signingKey);
  if (!same || state.previous === null) throw wireErrorOf('state_invalid');
  if (state.number !== newest.number + 1 || !equalBytes(state.previous, newest.hash)) {
    throw wireErrorOf('state_conflict');
  }
}

/** Drops the other slots, and every proof of a slot but the caller's that went or was made anew. */
async function keepSlots(
  tables: Write,
  { account, tokenHash }: SlotCaller,
  keep: readonly SlotId[],
  renewed: readonly SlotId[],
): Promise<void> {
  await tables.deleteFrom('slots').where('account', '=', account).where('id', 'not in', keep).execute();
  const left = await tables.selectFrom('slots').select('id').where('account', '=', account).execute();
  if (left.length !== new Set(keep).size) throw wireErrorOf('state_invalid');
  const good = keep.filter((id) => !renewed.includes(id));
  let ended = tables
    .deleteFrom('sessions')
    .where('account', '=', account)
    .where('slot', 'is not', null)
    .where('token_hash', '!=', tokenHash);
  if (good.length > 0) ended = ended.where('slot', 'not in', good);
  await ended.execute();
}

async function devicesNotIn(tables: Write, state: AccountState) {
  return await tables
    .selectFrom('devices')
    .select(['key', 'id'])
    .where('account', '=', state.accountId)
    .where('status', '!=', 'removed')
    .where(
      'id',
      'not in',
      state.devices.map(({ id }) => id),
    )
    .execute();
}
