import type { ConversationSummary, Person } from '@sotto/client/api';
import { expect, it } from 'vitest';
import { entriesFor } from './switcher-entries.ts';

const person = (address: string): Person => ({
  address,
  accountId: address,
  verification: 'unverified',
  blocked: false,
});
const talk = (address: string): ConversationSummary => ({
  id: `with-${address}`,
  kind: 'direct',
  with: person(address),
  state: 'active',
  unread: 0,
  seen: 0,
  last: null,
  draft: '',
});

const titles = (typed: string) =>
  entriesFor(typed, [talk('nadia@localhost')], [person('nadia@localhost'), person('jun@localhost')]).map(
    ({ title }) => title,
  );

it('offers conversations, then people without one, then actions', () => {
  expect(titles('').slice(0, 3)).toEqual(['nadia', 'jun', 'New conversation']);
});

it('finds by any part of a name, an address or an action', () => {
  expect(titles('NAD')).toEqual(['nadia']);
  expect(titles('dark')).toEqual(['Switch between light and dark']);
  expect(titles('xyz')).toEqual([]);
});

it('leads from somebody who is blocked to where that is taken back, and not to a conversation', () => {
  const blocked = { ...person('eve@localhost'), blocked: true };
  const found = entriesFor('eve@localhost', [], [blocked]);
  expect(found.map(({ kind, title }) => [kind, title])).toEqual([['blocked', 'eve is blocked']]);
});

it('offers to write to an address that nobody knows yet, once', () => {
  expect(titles('new@elsewhere.org')).toEqual(['Write to new@elsewhere.org']);
  expect(titles('jun@localhost')).toEqual(['jun']);
});
