/**
 * The local store in one SQLite file, for programs. One process holds it at a time: SQLite's exclusive lock is taken
 * at opening and kept until the store is closed or the process ends, however it ends.
 *
 * Values are ciphertext. Deleted ones are overwritten in the file as far as SQLite can (`secure_delete`); the
 * write-ahead log may still hold older pages until it is reused.
 */
import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { type Bytes, copyBytes } from '@sotto/crypto/public';
import { checkKey, isEmpty, keyBounds } from '../store/key-range.ts';
import type { Change, Range, Store } from '../store/store.ts';
import { holdDatabase } from './hold-database.ts';
import { storeErrorOf } from './sqlite-errors.ts';

/**
 * Opens the store at `path`, or makes it: the file for its owner only, in a directory for its owner only where that
 * has to be made. Throws `profile_in_use` at once when another holds it, `store_failed` or `store_damaged` otherwise.
 * @param options.mostPages ends the file's growth there, as a full disk would
 */
export function openSqliteStore(path: string, options: { mostPages?: number } = {}): Store {
  return guarded(() => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    closeSync(openSync(path, 'a', 0o600));
    chmodSync(path, 0o600);
    const database = new DatabaseSync(path, { timeout: 0 });
    try {
      prepare(database, options.mostPages);
    } catch (error) {
      database.close();
      throw error;
    }
    return new SqliteStore(database);
  });
}

function prepare(database: DatabaseSync, mostPages: number | undefined): void {
  holdDatabase(database);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON');
  if (mostPages !== undefined) database.exec(`PRAGMA max_page_count = ${Math.trunc(mostPages)}`);
  database.exec(
    'CREATE TABLE IF NOT EXISTS records (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID, STRICT',
  );
}

class SqliteStore implements Store {
  readonly #database: DatabaseSync;
  readonly #get: StatementSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;
  readonly #ranges = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#get = database.prepare('SELECT value FROM records WHERE key = ?');
    this.#put = database.prepare(
      'INSERT INTO records (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    );
    this.#delete = database.prepare('DELETE FROM records WHERE key = ?');
  }

  async get(key: string): Promise<Bytes | undefined> {
    const row = guarded(() => this.#get.get(key));
    return row === undefined ? undefined : blob(row.value);
  }

  put(key: string, value: Bytes): Promise<void> {
    return this.batch([{ put: key, value }]);
  }

  delete(key: string): Promise<void> {
    return this.batch([{ delete: key }]);
  }

  async range(range: Range): Promise<readonly (readonly [string, Bytes])[]> {
    const bounds = keyBounds(range);
    if (isEmpty(bounds)) return [];
    const statement = this.#rangeStatement(bounds.lowOpen, range.reverse === true);
    const rows = guarded(() => statement.all(bounds.low, bounds.high, range.limit ?? -1));
    return rows.map((row) => [String(row.key), blob(row.value)] as const);
  }

  async batch(changes: readonly Change[]): Promise<void> {
    guarded(() =>
      this.#transaction(() => {
        for (const change of changes) this.#apply(change);
      }),
    );
  }

  async clear(): Promise<void> {
    guarded(() => {
      this.#transaction(() => this.#database.exec('DELETE FROM records'));
      this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE); VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
    });
  }

  async close(): Promise<void> {
    if (this.#database.isOpen) guarded(() => this.#database.close());
  }

  #apply(change: Change): void {
    if ('put' in change) {
      checkKey(change.put);
      this.#put.run(change.put, change.value);
    } else {
      this.#delete.run(change.delete);
    }
  }

  #transaction(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #rangeStatement(lowOpen: boolean, reverse: boolean): StatementSync {
    const sql = `SELECT key, value FROM records WHERE key ${lowOpen ? '>' : '>='} ? AND key < ?
      ORDER BY key ${reverse ? 'DESC' : 'ASC'} LIMIT ?`;
    const known = this.#ranges.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#ranges.set(sql, statement);
    return statement;
  }
}

function blob(value: unknown): Bytes {
  return value instanceof Uint8Array ? copyBytes(value) : new Uint8Array(0);
}

function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeErrorOf(error);
  }
}
