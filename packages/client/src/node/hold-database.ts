/**
 * One process, one profile: two that used the same ratchet state would encrypt different messages under one key and
 * nonce (attack K10). SQLite's file lock does it, since the system drops it with the process.
 */
import type { DatabaseSync } from 'node:sqlite';

/** Takes the database for this connection until it closes. Throws SQLITE_BUSY at once when another has it. */
export function holdDatabase(database: DatabaseSync): void {
  database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT');
}
