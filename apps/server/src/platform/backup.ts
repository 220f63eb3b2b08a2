/**
 * Backup of a server that may be running, and restoring it (docs/spec/server-storage.md). A backup is one SQLite file:
 * the database without its sessions, and, only where asked for, the OPAQUE setup in the table `backup_secrets`.
 */
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { backup as copyOnline, DatabaseSync } from 'node:sqlite';
import { SottoError } from '@sotto/crypto/public';
import { DATABASE_FILE } from './database/database.ts';
import { MIGRATIONS } from './database/migrations/index.ts';
import { readSecrets, secretsFile, writeSecrets } from './secrets.ts';

export interface BackupOptions {
  /** Put the OPAQUE setup into the file: whoever has the file can then guess passwords offline. */
  readonly secrets: boolean;
}

export interface Restored {
  /** False: nobody can sign in by password on the restored server, only by recovery code. */
  readonly secrets: boolean;
}

/** Throws `backup_failed`: there is no data, or the file exists. */
export async function backup(dataDirectory: string, file: string, options: BackupOptions): Promise<void> {
  const database = join(dataDirectory, DATABASE_FILE);
  if (!existsSync(database)) throw failed(`There is no Sotto data in ${dataDirectory}.`);
  if (existsSync(file)) throw failed(`${file} exists already. Choose another name.`);
  const unfinished = `${file}.unfinished`;
  const source = new DatabaseSync(database, { readOnly: true, timeout: 5_000 });
  try {
    await copyOnline(source, unfinished);
    chmodSync(unfinished, 0o600);
    finishBackup(unfinished, options.secrets ? readSecrets(dataDirectory).opaqueSetup : null);
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  } finally {
    source.close();
  }
}

function finishBackup(file: string, opaqueSetup: string | null): void {
  const copy = new DatabaseSync(file);
  try {
    copy.exec('pragma journal_mode = delete; pragma secure_delete = on; delete from sessions');
    copy.exec('create table backup_secrets (opaque_setup text not null)');
    if (opaqueSetup !== null) copy.prepare('insert into backup_secrets values (?)').run(opaqueSetup);
  } finally {
    copy.close();
  }
}

/**
 * Puts a backup into a data folder that is empty or not there. Throws `restore_failed` where the folder holds
 * something, `backup_damaged` where the file is no whole backup, `data_newer` where a newer program made it.
 */
export function restore(file: string, dataDirectory: string): Restored {
  if (!existsSync(file)) throw restoreFailed(`There is no file ${file}.`);
  if (existsSync(dataDirectory) && readdirSync(dataDirectory).length > 0) {
    throw restoreFailed(`The folder ${dataDirectory} is not empty. Restore into an empty one.`);
  }
  checkBackup(file);
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  const unfinished = join(dataDirectory, 'restoring.db');
  copyFileSync(file, unfinished);
  chmodSync(unfinished, 0o600);
  const opaqueSetup = takeSecrets(unfinished);
  if (opaqueSetup !== null) writeSecrets(dataDirectory, opaqueSetup);
  renameSync(unfinished, join(dataDirectory, DATABASE_FILE));
  return { secrets: existsSync(secretsFile(dataDirectory)) };
}

function checkBackup(file: string): void {
  let copy: DatabaseSync | undefined;
  let unknown: boolean;
  try {
    copy = new DatabaseSync(file, { readOnly: true });
    const whole = copy.prepare('pragma integrity_check').get()?.integrity_check === 'ok';
    copy.prepare('select 1 from backup_secrets').all();
    const names = copy.prepare('select name from kysely_migration').all();
    if (!whole) throw new Error('integrity check');
    unknown = names.some(({ name }) => !Object.hasOwn(MIGRATIONS, String(name)));
  } catch (cause) {
    throw new SottoError('backup_damaged', 'The file is no backup of Sotto, or it is damaged.', { cause });
  } finally {
    copy?.close();
  }
  if (unknown) throw new SottoError('data_newer', 'The backup was made by a newer Sotto. Use that version.');
}

/** Moves the secret out of the copy, and raises the incarnation: its streams may number entries anew. */
function takeSecrets(file: string): string | null {
  const copy = new DatabaseSync(file);
  try {
    copy.exec('pragma secure_delete = on');
    const setup = copy.prepare('select opaque_setup from backup_secrets').get()?.opaque_setup;
    copy.exec('drop table backup_secrets');
    copy.exec("update meta set value = value + 1 where name = 'incarnation'");
    return typeof setup === 'string' ? setup : null;
  } finally {
    copy.close();
  }
}

function failed(message: string): SottoError {
  return new SottoError('backup_failed', message);
}

function restoreFailed(message: string): SottoError {
  return new SottoError('restore_failed', message);
}
