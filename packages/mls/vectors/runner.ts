/** Runs every vector file of a folder, and counts. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CryptoProvider } from '../src/crypto/provider.ts';
import { type FileResult, runText } from './text.ts';

export function runFile(path: string, file: string, provider: CryptoProvider): Promise<FileResult> {
  return runText(readFileSync(path, 'utf8'), file, provider);
}

export async function runFolder(folder: string, provider: CryptoProvider): Promise<readonly FileResult[]> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const results: FileResult[] = [];
  for (const file of files.sort()) results.push(await runFile(join(folder, file), file, provider));
  return results;
}
