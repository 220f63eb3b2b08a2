import { expect, it } from 'vitest';
import { withTurnsShown } from './direction.ts';

it('characters that turn the direction of writing are shown, and nothing else is', () => {
  expect(withTurnsShown('invoice\u202egnp.exe')).toBe('invoice<U+202E>gnp.exe');
  expect(withTurnsShown('\u2066a\u2069\u202a')).toBe('<U+2066>a<U+2069><U+202A>');
  expect(withTurnsShown('שלום \u200f👩‍🚀')).toBe('שלום \u200f👩‍🚀');
});
