/** In this folder, since beside the module it would be given the quick one (vitest.config.ts). */
import { readFileSync } from 'node:fs';
import { STRETCHING } from '@sotto/contract';
import { expect, it } from 'vitest';
import { KEY_STRETCHING } from '../src/identity/password-stretching.ts';

const SPEC = readFileSync(new URL('../../../docs/spec/identity.md', import.meta.url), 'utf8');

it('the specification says how passwords are stretched, and by which number', () => {
  const [, mebibytes, passes, lanes] = /Argon2id \((\d+) MiB, (\d+) passes, (\d+) lanes\)/.exec(SPEC) ?? [];
  const specified = {
    memory: Number(mebibytes) * 1_024,
    iterations: Number(passes),
    parallelism: Number(lanes),
  };
  expect(KEY_STRETCHING).toEqual({ 'argon2id-custom': specified });
  expect(SPEC).toContain(`repeats the number of the stretching (${STRETCHING})`);
});
