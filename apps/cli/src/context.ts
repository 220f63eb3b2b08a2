/** What a command gets beside its own arguments. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { UsageError } from './problems.ts';
import type { Terminal } from './terminal.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Context {
  readonly terminal: Terminal;
  readonly env: Environment;
  /** Whether the result is written as JSON. */
  readonly json: boolean;
  /** Absolute path of the profile's folder. */
  readonly home: string;
  /** How this program was called, to begin a hint with. */
  readonly command: string;
  /** The server that was asked for; undefined where nobody said. */
  readonly server: string | undefined;
}

/** `--home`, then SOTTO_HOME, then the place that the XDG Base Directory Specification gives. */
export function homeFolder(flag: string | undefined, env: Environment): string {
  const given = flag ?? env.SOTTO_HOME;
  if (given === '') throw new UsageError('The folder of the profile has no name.');
  if (given !== undefined) return resolve(given);
  const data = env.XDG_DATA_HOME;
  return join(data?.startsWith('/') ? data : join(env.HOME || homedir(), '.local', 'share'), 'sotto');
}

/** `--server`, then SOTTO_SERVER: the origin of an HTTP address. */
export function serverAddress(flag: string | undefined, env: Environment): string | undefined {
  const given = flag ?? env.SOTTO_SERVER;
  if (given === undefined || given === '') return undefined;
  const url = URL.parse(given);
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.username !== '') {
    throw new UsageError('The server is an address such as https://sotto.example.org.');
  }
  return url.origin;
}
