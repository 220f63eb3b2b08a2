import { expect, it } from 'vitest';
import { listFiles, ROOT } from './files.mjs';
import { replacesModules } from './replacing.mjs';

it('modules are replaced in files of tests alone, where vitest.config.ts sees that they are', () => {
  const hidden = listFiles(ROOT).filter(
    (file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file) && replacesModules(ROOT, file),
  );
  expect(hidden).toEqual(['scripts/ground/fresh-modules.ts']);
});
