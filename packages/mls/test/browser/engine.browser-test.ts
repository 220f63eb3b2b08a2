/** The engine in a browser: the same scenarios and vectors as in Node, by the provider for browsers. */
import { describe, expect, inject, test } from 'vitest';
import { universalProvider } from '../../src/index.ts';
import { runText } from '../../vectors/text.ts';
import '../scenario/group.test.ts';
import '../scenario/features.test.ts';
import '../scenario/forward-secrecy.test.ts';
import '../scenario/state.test.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Texts of vector files by name, from `vitest.browser.config.ts`. */
    mlsVectors: Record<string, string>;
  }
}

describe('official vectors', () => {
  const files = Object.entries(inject('mlsVectors'));
  if (files.length === 0) test.skip('not found: set SOTTO_VECTORS to the folder that contains mls/');
  test.each(files)('%s', async (file, text) => {
    const { failures, passed, skipped } = await runText(text, file, universalProvider);
    expect(failures).toEqual([]);
    expect(passed).toBeGreaterThan(0);
    expect(skipped).toBe(0);
  });
});
