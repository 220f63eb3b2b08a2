import { expect, it } from 'vitest';
import { calledAs, word } from './called.ts';

it('a hint names the program as it was called', () => {
  expect(calledAs({}, undefined)).toBe('sotto');
  expect(calledAs({ SOTTO_COMMAND: './sotto' }, undefined)).toBe('./sotto');
  expect(calledAs({ SOTTO_COMMAND: 'npx sotto' }, undefined)).toBe('npx sotto');
  expect(calledAs({ SOTTO_COMMAND: '/my programs/sotto' }, undefined)).toBe("'/my programs/sotto'");
});

it('and the profile that was picked', () => {
  expect(calledAs({ SOTTO_COMMAND: './sotto' }, '/home/bob/sotto')).toBe('./sotto --home /home/bob/sotto');
  expect(calledAs({}, 'my profile')).toBe("sotto --home 'my profile'");
});

it('a word of a shell is one word, whatever is in it', () => {
  expect(word('a-b_c@d.e')).toBe('a-b_c@d.e');
  expect(word("it's $HOME")).toBe(`'it'\\''s $HOME'`);
  expect(word('')).toBe("''");
});
