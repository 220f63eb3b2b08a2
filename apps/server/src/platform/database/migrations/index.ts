/** All migrations by number. */
import type { Migration } from 'kysely/migration';
import { first } from './0001-first.ts';

export const MIGRATIONS: Readonly<Record<string, Migration>> = { '0001-first': first };
