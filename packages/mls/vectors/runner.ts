/** Runs every vector file of a folder, and counts. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CryptoProvider } from '../src/crypto/provider.ts';
import { type FileResult, runText, unreadable } from './text.ts';

export async function runFile(path: string, file: string, provider: CryptoProvider): Promise<FileResult> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return unreadable(file, error);
  }
  return runText(text, file, provider);
}

/** A folder that cannot be listed counts as a file that cannot be read. */
export async function runFolder(folder: string, provider: CryptoProvider): Promise<readonly FileResult[]> {
  let files: string[];
  try {
    files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch (error) {
    return [unreadable(folder, error)];
  }
  const results: FileResult[] = [];
  for (const file of files.sort()) results.push(await runFile(join(folder, file), file, provider));
  return results;
}
