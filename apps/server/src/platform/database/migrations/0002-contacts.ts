/** What an account has decided of people, sealed by its devices: one version, numbered from 1. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENT = `create table contacts (
  account text primary key references accounts (id), number integer not null, sealed blob not null)`;

export const contacts: Migration = { up };

async function up(database: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENT).execute(database);
}
