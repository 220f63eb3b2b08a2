/**
 * Runs before each file of tests of this package: notes where every `MlsError` is made. The shipped code knows nothing
 * of it, since a constructor looks its base class up when it is called, and here finds another one.
 */
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { MlsError } from '../../src/errors.ts';
import { namedTests, placeOf } from './sites.ts';

const folder = process.env.SOTTO_THROW_SITES;
const { testPath = '' } = expect.getState();

if (folder !== undefined && namedTests().includes(testPath)) {
  const reached = new Set<string>();
  class RecordedError extends Error {
    constructor(message?: string, options?: ErrorOptions) {
      super(message, options);
      reached.add(placeOf(this.stack ?? '') ?? 'elsewhere');
    }
  }
  Object.setPrototypeOf(MlsError, RecordedError);
  afterAll(() => writeFileSync(join(folder, basename(testPath)), [...reached].join('\n')));
}
