/** The first schema. A migration that was released is never changed: write the next one. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  'create table meta (name text primary key, value integer not null) without rowid',
  "insert into meta (name, value) values ('incarnation', 1)",
  `create table accounts (
    id text primary key, name text not null unique, owner integer not null, created integer not null,
    newest integer not null)`,
  `create table states (
    account text not null references accounts (id), number integer not null, hash blob not null,
    signed blob not null, primary key (account, number))`,
  'create table keyrings (account text primary key references accounts (id), bytes blob not null)',
  `create table slots (
    account text not null references accounts (id), kind text not null, id text not null, record text,
    stretching integer, sign_in_key blob, primary key (account, kind))`,
  `create table devices (
    key integer primary key, id text not null unique, account text not null references accounts (id),
    public_key blob not null, added integer not null, status text not null, label blob, counter integer not null)`,
  'create index devices_account on devices (account)',
  `create table sessions (
    token_hash blob primary key, account text not null references accounts (id), slot text,
    device text references devices (id), expires integer not null) without rowid`,
  'create index sessions_account on sessions (account)',
  'create table invites (code_hash blob primary key, expires integer not null) without rowid',
  'create table tries (name_hash blob primary key, count integer not null, last integer not null) without rowid',
  `create table key_packages (
    id integer primary key, device integer not null references devices (key), last_resort integer not null,
    bytes blob not null)`,
  'create index key_packages_device on key_packages (device, last_resort, id)',
  'create table streams (key integer primary key, id text not null unique, newest integer not null)',
  `create table groups (
    id text primary key, stream integer not null references streams (key), handshake integer not null,
    info blob not null)`,
  `create table members (
    group_id text not null references groups (id), device integer not null references devices (key),
    account text not null references accounts (id), primary key (group_id, device)) without rowid`,
  'create index members_device on members (device)',
  'create index members_account on members (account)',
  `create table commits (
    device integer not null references devices (key), request text not null, digest blob not null,
    number integer not null, time integer not null, primary key (device, request)) without rowid`,
  `create table readers (
    stream integer not null references streams (key), device integer not null references devices (key),
    acknowledged integer not null, until integer, primary key (stream, device)) without rowid`,
  'create index readers_device on readers (device)',
  `create table entries (
    stream integer not null references streams (key), number integer not null, kind integer not null,
    sender integer not null references devices (key), counter integer not null, time integer not null,
    bytes blob not null, primary key (stream, number))`,
  'create index entries_counter on entries (sender, counter) where counter > 0',
  'create index entries_time on entries (time)',
];

export const first: Migration = { up };

async function up(database: Kysely<unknown>): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(transaction);
  });
}
