import { expect, it } from 'vitest';
import { inviteLink, inviteOfFragment } from './invite.ts';

it('[S4] an invite link carries its code in the fragment, which is sent to nobody', () => {
  const url = new URL(inviteLink('https://sotto.example.org', 'abc-DEF_123'));
  expect(url.pathname + url.search).toBe('/join');
  expect(inviteOfFragment(url.hash)).toBe('abc-DEF_123');
});

it('takes nothing else from a fragment', () => {
  for (const hash of ['', '#', '#a b', '#<script>', `#${'a'.repeat(201)}`, '#a/b']) {
    expect(inviteOfFragment(hash)).toBe('');
  }
});
