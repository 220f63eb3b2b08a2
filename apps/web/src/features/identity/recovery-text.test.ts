import { expect, it } from 'vitest';
import { countWords, plainWords } from './recovery-text.ts';

it('takes the numbered list that the app itself prints and downloads', () => {
  expect(plainWords('1. Able\n2. baker\n\n3.  charlie ')).toBe('able baker charlie');
  expect(countWords('1. Able\n2. baker\n\n3.  charlie ')).toBe(3);
});

it('counts nothing in nothing', () => {
  expect(countWords('')).toBe(0);
  expect(countWords(' 1. 2. ')).toBe(0);
});
