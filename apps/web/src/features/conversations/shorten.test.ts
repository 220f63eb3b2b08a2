import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shorten } from './shorten.ts';

it('leaves ordinary messages whole', () => {
  expect(shorten('')).toBeNull();
  expect(shorten('a'.repeat(3_400))).toBeNull();
  expect(shorten('line\n'.repeat(39))).toBeNull();
});

it('cuts long ones and those of many lines', () => {
  expect(shorten('a'.repeat(65_536))).toHaveLength(3_000);
  expect(shorten('x\n'.repeat(60_000))?.split('\n')).toHaveLength(40);
});

it('gives a beginning of the text without half characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 3_000, maxLength: 6_000 }), (text) => {
      const short = shorten(text);
      if (short === null) return;
      expect(text.startsWith(short)).toBe(true);
      expect(short.isWellFormed()).toBe(true);
    }),
    { numRuns: 30 },
  );
});
