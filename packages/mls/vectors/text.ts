/** Runs the cases of one vector file, wherever its text comes from: also in browsers. */
import type { CryptoProvider } from '../src/crypto/provider.ts';
import { Fields, type Json } from './fields.ts';
import { kindOf } from './kinds.ts';

export interface FileResult {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly string[];
}

/** A file that cannot be read, or whose cases cannot, counts as one failure. */
export function unreadable(file: string, error: unknown): FileResult {
  return { file, passed: 0, failed: 1, skipped: 0, failures: [`${file}: ${reasonOf(error)}`] };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A file without a single case of a known kind counts as one failure. */
export async function runText(text: string, file: string, provider: CryptoProvider): Promise<FileResult> {
  let parsed: Json;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return unreadable(file, error);
  }
  const cases = Array.isArray(parsed) ? parsed : [];
  const failures: string[] = [];
  let passed = 0;
  let skipped = 0;
  for (const [index, item] of cases.entries()) {
    try {
      const vector = new Fields(item);
      const kind = kindOf(vector);
      if (kind === undefined) throw new Error('no kind of vector that is known here');
      const outcome = await kind.check(vector, provider);
      if (outcome === 'skipped') skipped++;
      else passed++;
    } catch (error) {
      failures.push(`${file}[${index}]: ${reasonOf(error)}`);
    }
  }
  if (cases.length === 0) failures.push(`${file}: no case`);
  return { file, passed, failed: failures.length, skipped, failures };
}
