import { expect, it } from 'vitest';
import { ofPassword, problemOf } from './problem.ts';

it('shows the sentence of a problem, and nothing else of it', () => {
  const error = Object.assign(new Error('Nobody has this address.'), {
    code: 'unknown_address',
    cause: 'private',
  });
  expect(problemOf(error)).toEqual({ code: 'unknown_address', message: 'Nobody has this address.' });
});

it.each([new TypeError('x is undefined'), 'text', null, undefined, { code: 7, message: 'x' }])(
  'shows no inner text of anything else: %s',
  (error) => {
    expect(problemOf(error).code).toBe('unexpected');
    expect(problemOf(error).message).not.toContain('undefined');
  },
);

it('speaks of the password alone where nothing else was asked for', () => {
  const refused = { code: 'sign_in_refused', message: 'The name or the password is wrong.' };
  expect(ofPassword(refused)?.message).toMatch(/^This is not your password, /);
  const offline = { code: 'offline', message: 'The server cannot be reached.' };
  expect(ofPassword(offline)).toBe(offline);
  expect(ofPassword(null)).toBeNull();
});
