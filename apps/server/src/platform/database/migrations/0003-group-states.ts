/** The states in which a group's members may be, each under the handshake entry that led to it, and its maker. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  `create table group_states (
    group_id text not null references groups (id), number integer not null, info blob not null,
    maker integer references devices (key), primary key (group_id, number))`,
  'insert into group_states (group_id, number, info) select id, handshake, info from groups',
  'alter table groups drop column info',
];

export const groupStates: Migration = { up };

async function up(database: Kysely<unknown>): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(transaction);
  });
}
