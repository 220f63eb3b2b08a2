import { expect, it } from 'vitest';
import { privacyOf } from './privacy.ts';

it('promises that nobody else reads only where the person was verified', () => {
  expect(privacyOf('verified', 'bob')).toBe('Only you and bob can read this conversation');
  expect(privacyOf('unverified', 'bob')).not.toMatch(/only you/i);
  expect(privacyOf('changed', 'bob')).not.toMatch(/only you/i);
});

it('says what makes it sure where nobody has compared yet', () => {
  expect(privacyOf('unverified', 'bob')).toBe(
    'Encrypted end to end. Verify bob to be sure that nobody stands between you.',
  );
});
