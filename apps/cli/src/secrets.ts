/**
 * Passwords and codes: from a file, from the person at the prompt, or as a line on standard input; never from an
 * argument or the environment, which others on this machine can read (attack W8).
 */
import { readFileSync } from 'node:fs';
import { Failure, UsageError } from './problems.ts';
import type { Terminal } from './terminal.ts';

export interface SecretSource {
  /** What it is, within a sentence: "password". */
  readonly what: string;
  /** Path of a file whose first line it is. */
  readonly file?: string | undefined;
  readonly question: string;
  /** Shown while it is typed, as words copied from paper are. */
  readonly shown?: boolean;
}

/** Throws {@link UsageError} where there is none, `file_unreadable`, or `Cancelled`. */
export async function readSecret(terminal: Terminal, source: SecretSource): Promise<string> {
  const secret = await find(terminal, source);
  if (secret === '') throw new UsageError(`The ${source.what} is empty.`);
  return secret;
}

async function find(terminal: Terminal, source: SecretSource): Promise<string> {
  if (source.file !== undefined) return firstLine(source.file);
  if (terminal.interactive) return terminal.ask(source.question, { hidden: source.shown !== true });
  const line = await terminal.inputLine();
  if (line === undefined) {
    throw new UsageError(`No ${source.what} was given. Write it as a line to standard input.`);
  }
  return line;
}

function firstLine(path: string): string {
  try {
    const [line = ''] = readFileSync(path, 'utf8').split('\n');
    return line.replace(/\r$/, '');
  } catch {
    throw new Failure('file_unreadable', `The file ${path} cannot be read.`);
  }
}
