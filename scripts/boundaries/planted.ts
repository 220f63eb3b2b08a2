/** Small checkouts for the tests of the boundaries: this one's packages and doors, with only the files of a case in them. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { listFiles, ROOT } from '../ground/files.mjs';
import { checkBoundaries, type Violation } from './check.ts';
import { VENDORS } from './table.ts';

/** Sources by their path. */
export type Planted = Readonly<Record<string, string>>;

/** What the checker says about a checkout with these files. */
export async function check(files: Planted): Promise<readonly Violation[]> {
  const root = mkdtempSync(join(tmpdir(), 'sotto-boundaries-'));
  try {
    plantPackages(root);
    for (const [path, source] of Object.entries(files)) write(root, path, source);
    return (await checkBoundaries(root)).violations;
  } finally {
    rmSync(root, { recursive: true });
  }
}

function plantPackages(root: string): void {
  const manifests = listFiles(ROOT).filter((file) => /^(packages|apps)\/[^/]+\/package\.json$/.test(file));
  mkdirSync(join(root, 'node_modules/@sotto'), { recursive: true });
  for (const manifest of manifests) {
    mkdirSync(dirname(join(root, manifest)), { recursive: true });
    cpSync(join(ROOT, manifest), join(root, manifest));
    const { name }: { name: string } = JSON.parse(readFileSync(join(ROOT, manifest), 'utf8'));
    symlinkSync(dirname(join(root, manifest)), join(root, 'node_modules', name));
  }
  for (const { name } of VENDORS) write(root, `node_modules/${packageOf(name)}/index.js`, 'export {};\n');
}

/** Some entries of the table name all packages of a scope. */
function packageOf(vendor: string): string {
  return vendor.startsWith('@') && !vendor.includes('/') ? `${vendor}/any` : vendor;
}

function write(root: string, path: string, source: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), source);
}
