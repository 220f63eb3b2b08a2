import { expect, it } from 'vitest';
import { COMMANDS } from './commands/index.ts';
import { settingOptions } from './commands/serve/settings.ts';
import { nearest } from './nearest.ts';

const FLAGS = Object.keys(settingOptions).map((name) => `--${name}`);
const NAMES = COMMANDS.map(({ name }) => name);

it.each([
  ['--prot', '--port'],
  ['--tls-crt', '--tls-cert'],
  ['--tls_key', '--tls-key'],
  ['--regstration', '--registration'],
  ['--doman', '--domain'],
  ['--Domain', '--domain'],
])('%s is near to %s', (written, meant) => {
  expect(nearest(written, FLAGS)).toBe(meant);
});

it.each([
  ['sned', 'send'],
  ['sign-up', 'signup'],
  ['conversation', 'conversations'],
  ['reed', 'read'],
])('the command %s is near to %s', (written, meant) => {
  expect(nearest(written, NAMES)).toBe(meant);
});

it('what is like nothing is near to nothing', () => {
  for (const word of ['--colour', '--x', '']) expect(nearest(word, FLAGS)).toBeUndefined();
  for (const word of ['frobnicate', 'x', '']) expect(nearest(word, NAMES)).toBeUndefined();
});
