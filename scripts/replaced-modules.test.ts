import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { listFiles, ROOT } from './ground/files.mjs';

/** As vitest.config.ts finds the files of tests that replace modules, which begin with modules loaded anew. */
const REPLACES = /\bvi\s*\.\s*(mock|doMock|resetModules)\b/;

it('modules are replaced in files of tests alone, where vitest.config.ts sees that they are', () => {
  const hidden = listFiles(ROOT).filter(
    (file) =>
      /\.tsx?$/.test(file) &&
      !/\.test\.tsx?$/.test(file) &&
      REPLACES.test(readFileSync(`${ROOT}/${file}`, 'utf8')),
  );
  expect(hidden).toEqual(['scripts/ground/fresh-modules.ts']);
});
