/** The official vectors of the MLS working group (github.com/mlswg/mls-implementations). */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodeProvider } from '../../src/crypto/node/index.ts';
import { runFile } from '../../vectors/runner.ts';

const ROOT = resolve(import.meta.dirname, '../../../..');
const FOLDER = join(process.env.SOTTO_VECTORS ?? join(ROOT, '../shared/vectors'), 'mls');

/** How many cases each file has at least; fewer is a failure too. */
const LEAST: Readonly<Record<string, number>> = {
  'crypto-basics.json': 7,
  'deserialization.json': 14,
  'key-schedule.json': 7,
  'message-protection.json': 7,
  'messages.json': 300,
  'passive-client-handling-commit.json': 91,
  'passive-client-welcome.json': 56,
  'psk_secret.json': 77,
  'secret-tree.json': 21,
  'transcript-hashes.json': 7,
  'tree-math.json': 10,
  'tree-operations.json': 5,
  'tree-validation.json': 98,
  'treekem.json': 77,
  'welcome.json': 7,
};

if (existsSync(FOLDER)) {
  describe('official vectors', () => {
    const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
    test('every kind of vector is there', () => {
      expect(Object.keys(LEAST).filter((file) => !files.includes(file))).toEqual([]);
    });
    test.each(files)('%s', { timeout: 120_000 }, async (file) => {
      const result = await runFile(join(FOLDER, file), file, nodeProvider);
      expect(result.failures).toEqual([]);
      expect(result.passed).toBeGreaterThanOrEqual(LEAST[file] ?? 1);
    });
  });
} else {
  describe('official vectors', () => {
    test.skip(`not found in ${FOLDER}: set SOTTO_VECTORS to the folder that contains mls/`, () => undefined);
  });
}
