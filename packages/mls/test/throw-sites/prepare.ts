/** Gives the tests of one run a folder for what they reach, and takes it away afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export default function prepare(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-throw-sites-'));
  process.env.SOTTO_THROW_SITES = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
