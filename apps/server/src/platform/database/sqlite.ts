/**
 * node:sqlite in the shape that Kysely's SqliteDialect expects (that of better-sqlite3), with the prepared statements
 * kept. It binds what SQLite stores and refuses the rest: node:sqlite itself would bind NULL for a `Date` that comes
 * first.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { SqliteDatabase } from 'kysely';

/** Statements differ only by the length of their lists, so this many are all that a server ever prepares. */
const KEPT = 500;

export interface StatementCounter {
  statements: number;
}

/** @param counter counts each statement that runs: tests and metrics read it */
export function kyselyDatabase(native: DatabaseSync, counter: StatementCounter): SqliteDatabase {
  const kept = new Map<string, StatementSync>();
  const prepare = (sql: string) => {
    const known = kept.get(sql);
    if (known !== undefined) return known;
    if (kept.size >= KEPT) kept.clear();
    const made = native.prepare(sql);
    kept.set(sql, made);
    return made;
  };
  return {
    close: () => native.close(),
    prepare(sql) {
      const statement = prepare(sql);
      counter.statements++;
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...parameters.map(bindable)),
        run: (parameters) => statement.run(...parameters.map(bindable)),
        iterate: (parameters) => statement.iterate(...parameters.map(bindable)),
      };
    },
  };
}

/** Write-ahead log; a commit is on the disk when it returns; deleted rows are overwritten where that
 * costs no further write. */
export function openSqlite(file: string): DatabaseSync {
  const native = new DatabaseSync(file, { timeout: 5_000 });
  native.exec(
    'pragma page_size = 8192; pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma secure_delete = fast',
  );
  return native;
}

function bindable(value: unknown): SQLInputValue {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value === null || typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string') {
    return value;
  }
  if (value instanceof Uint8Array) return value;
  throw new TypeError('a value that the database does not store');
}
