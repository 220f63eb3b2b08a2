/** All migrations by number. */
import type { Migration } from 'kysely/migration';
import { first } from './0001-first.ts';
import { contacts } from './0002-contacts.ts';
import { groupStates } from './0003-group-states.ts';

export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-first': first,
  '0002-contacts': contacts,
  '0003-group-states': groupStates,
};
