/** Signing up: who may, and what a new account must bring. The first account becomes the owner. */
import { createHash } from 'node:crypto';
import { type BodyOf, type identity, wireErrorOf } from '@sotto/contract';
import { type Bytes, systemRandom, toBase64Url } from '@sotto/crypto/public';
import type { AccountId } from '@sotto/protocol/public';
import type { Tables, Write } from '../platform/database/database.ts';
import type { Platform } from '../platform/platform.ts';
import type { Opaque } from './opaque.ts';
import { checkSlots, readPublished, storeDevices, storeSlots, storeState } from './states.ts';

const INVITE_LENGTH = 16;
const INVITE_LIFE = 7 * 24 * 3_600_000;

export async function beginAccount(
  platform: Platform,
  opaque: Opaque,
  body: BodyOf<typeof identity.beginAccount>,
): Promise<{ registrationResponse: string }> {
  const { tables } = platform.database;
  await checkRegistration(platform, tables, body.invite);
  await checkFree(tables, body.accountId, body.name);
  return { registrationResponse: opaque.register(body.accountId, body.registrationRequest) };
}

/** All or nothing; of two at once for one name, one invite or the first account, one gets it. */
export async function createAccount(
  platform: Platform,
  body: BodyOf<typeof identity.createAccount>,
): Promise<void> {
  const published = await readPublished(body.state, body.keyring);
  const { state } = published;
  checkSlots(body.slots);
  const address = `${body.name}@${platform.settings.domain}`;
  if (state.number !== 0 || state.accountId !== body.accountId || state.address !== address) {
    throw wireErrorOf('state_invalid');
  }
  const now = platform.now();
  await platform.database.write(async (tables) => {
    const first = await checkRegistration(platform, tables, body.invite);
    await checkFree(tables, body.accountId, body.name);
    await useInvite(tables, body.invite);
    await tables
      .insertInto('accounts')
      .values({ id: body.accountId, name: body.name, owner: first ? 1 : 0, created: now, newest: 0 })
      .execute();
    await storeState(tables, published);
    await storeSlots(tables, body.accountId, body.slots);
    await storeDevices(tables, state, now);
  });
}

export async function isFirst(tables: Tables): Promise<boolean> {
  return (await tables.selectFrom('accounts').select('id').limit(1).executeTakeFirst()) === undefined;
}

/** True for the first account, which is always let in. Throws where registration is not open to the caller. */
async function checkRegistration(
  { settings, now }: Platform,
  tables: Tables,
  invite: string | undefined,
): Promise<boolean> {
  if (await isFirst(tables)) return true;
  if (settings.registration === 'open') return false;
  if (settings.registration === 'closed') throw wireErrorOf('registration_closed');
  if (invite === undefined) throw wireErrorOf('invite_needed');
  const row = await tables
    .selectFrom('invites')
    .select('expires')
    .where('code_hash', '=', hashInvite(invite))
    .executeTakeFirst();
  if (row === undefined || row.expires <= now()) throw wireErrorOf('invite_invalid');
  return false;
}

async function checkFree(tables: Tables, id: AccountId, name: string): Promise<void> {
  const rows = await tables
    .selectFrom('accounts')
    .select(['id', 'name'])
    .where((where) => where.or([where('id', '=', id), where('name', '=', name)]))
    .execute();
  if (rows.some((row) => row.id === id)) throw wireErrorOf('account_exists');
  if (rows.length > 0) throw wireErrorOf('name_taken');
}

/** An invite that was given is used up, even where none was needed. */
async function useInvite(tables: Write, invite: string | undefined): Promise<void> {
  if (invite === undefined) return;
  await tables.deleteFrom('invites').where('code_hash', '=', hashInvite(invite)).execute();
}

/** Throws `forbidden` unless the account is the owner's. */
export async function createInvite(
  { database, now }: Platform,
  account: AccountId,
): Promise<{ code: string; expires: number }> {
  const row = await database.tables
    .selectFrom('accounts')
    .select('owner')
    .where('id', '=', account)
    .executeTakeFirst();
  if (row?.owner !== 1) throw wireErrorOf('forbidden');
  const code = systemRandom(INVITE_LENGTH);
  const expires = now() + INVITE_LIFE;
  await database.tables
    .insertInto('invites')
    .values({ code_hash: hashInvite(toBase64Url(code)), expires })
    .execute();
  return { code: toBase64Url(code), expires };
}

/** Of the text as it stands, since people type it: what is no invite has the hash of none. */
function hashInvite(code: string): Bytes {
  return new Uint8Array(createHash('sha256').update(code, 'utf8').digest());
}
