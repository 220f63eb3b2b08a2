/**
 * The data folder of a running server (docs/spec/server-storage.md). One server at a time has it: two would not tell
 * each other's devices what is new.
 */
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SottoError } from '@sotto/crypto/public';
import { domainOf, readSignedState } from '@sotto/protocol/public';
import { nameOf, type Settings, wrongSetting } from '../settings.ts';
import { DATABASE_FILE, type Database, openDatabase } from './database/database.ts';
import { readSecrets, type Secrets, secretsFile } from './secrets.ts';

/** An empty SQLite file: the system drops the lock on it with the process, however that ends. */
const LOCK_FILE = 'serving.lock';
/** Milliseconds that a server which is stopping may still hold the folder. */
const PATIENCE = 1_000;

export interface Data {
  readonly database: Database;
  readonly secrets: Secrets;
  /** There was a database, and its secrets were gone: fresh ones stand in their place. */
  readonly secretsLost: boolean;
  close(): Promise<void>;
}

export interface DataOptions {
  /** Draws a fresh OPAQUE setup, for the first start. */
  readonly makeSetup: () => string;
  readonly mostPages?: number | undefined;
}

/**
 * Opens the folder of the settings, or makes it. Throws `data_in_use`, `data_newer`, `secrets_damaged`, and
 * `settings_invalid` where the folder cannot be used or its accounts are of another domain.
 */
export async function openData(settings: Settings, { makeSetup, mostPages }: DataOptions): Promise<Data> {
  const lock = holdFolder(settings);
  let database: Database | undefined;
  try {
    const file = join(settings.data, DATABASE_FILE);
    const secretsLost = existsSync(file) && !existsSync(secretsFile(settings.data));
    const secrets = readSecrets(settings.data, makeSetup);
    database = await openDatabase(file, mostPages);
    await requireOwnDomain(settings, database.reading);
    return { database, secrets, secretsLost, close: () => close(lock, database) };
  } catch (error) {
    await close(lock, database);
    throw error;
  }
}

/** The domain of the accounts in a data folder, as they signed it; undefined where there is none yet. */
export async function domainOfData(folder: string): Promise<string | undefined> {
  const database = new DatabaseSync(join(folder, DATABASE_FILE), { readOnly: true });
  try {
    return await signedDomain(database);
  } finally {
    database.close();
  }
}

async function close(lock: DatabaseSync, database: Database | undefined): Promise<void> {
  await database?.close();
  lock.close();
}

function holdFolder(settings: Settings): DatabaseSync {
  try {
    mkdirSync(settings.data, { recursive: true, mode: 0o700 });
    const file = join(settings.data, LOCK_FILE);
    closeSync(openSync(file, 'a', 0o600));
    const lock = new DatabaseSync(file, { timeout: PATIENCE });
    lock.exec('begin exclusive');
    return lock;
  } catch (error) {
    throw isBusy(error)
      ? inUse(settings)
      : wrongSetting(settings, 'data', 'Sotto cannot write to this folder.', error);
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 5;
}

function inUse(settings: Settings): SottoError {
  return new SottoError(
    'data_in_use',
    `Another Sotto serves the data in ${settings.data}. Stop it, or name another folder with ${nameOf(settings, 'data')}.`,
  );
}

/** Addresses stand in what accounts and devices sign: under another domain nobody could sign in. */
async function requireOwnDomain(settings: Settings, database: DatabaseSync): Promise<void> {
  const domain = await signedDomain(database);
  if (domain === undefined || domain === settings.domain) return;
  const [setting, folder] = [nameOf(settings, 'domain'), nameOf(settings, 'data')];
  throw new SottoError(
    'settings_invalid',
    `The accounts in ${settings.data} are of the domain ${domain}, for good, and cannot be served as ${settings.domain}. ` +
      `Set ${setting} to ${domain}, or name another folder with ${folder}.`,
  );
}

async function signedDomain(database: DatabaseSync): Promise<string | undefined> {
  const signed = database.prepare('select signed from states limit 1').get()?.signed;
  const state = signed instanceof Uint8Array ? await readSignedState(signed) : undefined;
  return state === undefined ? undefined : domainOf(state.address);
}
