/** What the quick switcher offers, and which of it matches what was typed. */
import type { ConversationSummary, Person } from '@sotto/client/api';
import { completeAddress, nameOfAddress } from '../../ui/words.ts';

export type Entry = {
  readonly key: string;
  readonly title: string;
  /** A second, quieter line; it is searched too. */
  readonly hint: string;
} & (
  | { readonly kind: 'conversation'; readonly id: string; readonly address: string }
  | { readonly kind: 'person'; readonly address: string }
  /** Leads to where it can be taken back, and to no conversation. */
  | { readonly kind: 'blocked'; readonly address: string }
  | { readonly kind: 'action'; readonly action: Action }
);

export type Action = 'new' | 'appearance' | 'devices' | 'settings' | 'password';

const ACTIONS: readonly (readonly [Action, title: string, hint: string])[] = [
  ['new', 'New conversation', 'Write to someone by address'],
  ['appearance', 'Switch between light and dark', 'Appearance'],
  ['devices', 'Your devices', 'Settings'],
  ['password', 'Change your password', 'Settings'],
  ['settings', 'Settings', 'Account, devices, your data'],
];

const ADDRESS = /^[a-z0-9][a-z0-9._-]*@[a-z0-9][a-z0-9.-]*$/;

/** Conversations first, then people without one, then actions; an address nobody knows yet can be written to. */
export function entriesFor(
  typed: string,
  conversations: readonly ConversationSummary[],
  people: readonly Person[],
): readonly Entry[] {
  const wanted = typed.trim().toLowerCase();
  const known = new Set(conversations.map((conversation) => conversation.with.address));
  const all: Entry[] = [
    ...conversations.map((conversation) => toEntry(conversation.with.address, conversation.id)),
    ...people
      .filter(({ address }) => !known.has(address))
      .map(({ address, blocked }) => (blocked ? toBlocked(address) : toEntry(address))),
    ...ACTIONS.map(([action, title, hint]): Entry => ({ key: action, kind: 'action', action, title, hint })),
  ];
  const matching = all.filter(({ title, hint }) => `${title} ${hint}`.toLowerCase().includes(wanted));
  const address = completeAddress(wanted, null);
  const unknown =
    ADDRESS.test(address) && !matching.some((entry) => 'address' in entry && entry.address === address);
  return unknown
    ? [...matching, { ...toEntry(address), title: `Write to ${address}`, hint: 'New conversation' }]
    : matching;
}

function toBlocked(address: string): Entry {
  const title = `${nameOfAddress(address)} is blocked`;
  return { key: `blocked-${address}`, kind: 'blocked', title, hint: address, address };
}

function toEntry(address: string, id?: string): Entry {
  const title = nameOfAddress(address);
  if (id === undefined) return { key: `person-${address}`, kind: 'person', title, hint: address, address };
  return { key: `conversation-${id}`, kind: 'conversation', title, hint: address, address, id };
}
