/**
 * The server's database (docs/spec/server-storage.md): one connection that writes, reached through Kysely, and one
 * that reads what is committed, for the entries of streams. Kysely hands the writing connection to one user at a
 * time: never await anything else inside a transaction.
 */
import { chmodSync, existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { SottoError } from '@sotto/crypto/public';
import { Kysely, SqliteDialect, sql, type Transaction } from 'kysely';
import { Migrator } from 'kysely/migration';
import { MIGRATIONS } from './migrations/index.ts';
import type { Schema } from './schema.ts';
import { kyselyDatabase, openSqlite, type StatementCounter } from './sqlite.ts';

export const DATABASE_FILE = 'sotto.db';

export type Tables = Kysely<Schema>;
export type Write = Transaction<Schema> & {
  /** Runs once the transaction is durable, before anybody else can write. Must not throw or await. */
  readonly whenDone: (action: () => void) => void;
};

export interface Database {
  readonly tables: Tables;
  /** Sees only what is committed. */
  readonly reading: DatabaseSync;
  readonly counter: StatementCounter;
  /** All or nothing, and durable when it resolves. */
  write<T>(work: (tables: Write) => Promise<T>): Promise<T>;
  /** The same for work that uses the connection itself; `whenDone` as in {@link Write}. */
  writeNatively<T>(work: (native: DatabaseSync) => T, whenDone: (result: T) => void): Promise<void>;
  close(): Promise<void>;
}

/** Opens the database in `file`, making or upgrading it. Throws `data_newer` where a newer program has written it. */
export async function openDatabase(file: string, mostPages?: number): Promise<Database> {
  const native = openSqlite(file);
  if (mostPages !== undefined) native.exec(`pragma max_page_count = ${mostPages}`);
  for (const suffix of ['', '-wal', '-shm']) if (existsSync(file + suffix)) chmodSync(file + suffix, 0o600);
  const counter = { statements: 0 };
  const tables = new Kysely<Schema>({
    dialect: new SqliteDialect({ database: kyselyDatabase(native, counter) }),
  });
  try {
    await migrate(tables);
  } catch (error) {
    native.close();
    throw error;
  }
  const reading = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  return {
    tables,
    reading,
    counter,
    write: (work) => writeWith(tables, work),
    writeNatively: (work, whenDone) =>
      tables.connection().execute(async () => whenDone(inTransaction(native, work))),
    async close() {
      reading.close();
      await tables.destroy();
    },
  };
}

async function writeWith<T>(tables: Tables, work: (tables: Write) => Promise<T>): Promise<T> {
  const actions: (() => void)[] = [];
  const whenDone = (action: () => void) => void actions.push(action);
  return await tables.connection().execute(async (connection) => {
    const result = await connection
      .transaction()
      .execute((transaction) => work(Object.assign(transaction, { whenDone })));
    for (const action of actions) action();
    return result;
  });
}

function inTransaction<T>(native: DatabaseSync, work: (native: DatabaseSync) => T): T {
  native.exec('begin immediate');
  try {
    const result = work(native);
    native.exec('commit');
    return result;
  } catch (error) {
    if (native.isTransaction) native.exec('rollback');
    throw error;
  }
}

async function migrate(tables: Tables): Promise<void> {
  const unknown = (await appliedMigrations(tables)).filter((name) => !Object.hasOwn(MIGRATIONS, name));
  if (unknown.length > 0) {
    throw new SottoError('data_newer', 'The data folder was written by a newer Sotto. Start that version.');
  }
  const migrator = new Migrator({ db: tables, provider: { getMigrations: async () => ({ ...MIGRATIONS }) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

async function appliedMigrations(tables: Tables): Promise<readonly string[]> {
  const found = await sql`select 1 from sqlite_master where name = 'kysely_migration'`.execute(tables);
  if (found.rows.length === 0) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(tables);
  return rows.map(({ name }) => name);
}
