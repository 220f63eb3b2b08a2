/**
 * Slows down guessing at one name, whether the name exists or not (attack K9). A try counts from its first step: with
 * OPAQUE a guesser knows after that step whether the guess was right, and need never send the second. Names are kept
 * as keyed hashes. Nothing here touches a device that is signed in.
 */
import type { Bytes } from '@sotto/crypto/public';
import type { Database, Tables } from '../platform/database/database.ts';

/** Tries that cost no wait. */
const FREE_TRIES = 5;
const FIRST_WAIT = 30_000;
const LONGEST_WAIT = 3_600_000;
/** Tries older than this are forgotten. */
export const TRIES_LIFE = 24 * 3_600_000;

/**
 * Counts a try and tells whether it may be checked. Makes the same statements in every case; a locked try is not
 * counted, so that others cannot keep a name locked for ever.
 */
export async function beginTry(database: Database, nameHash: Bytes, now: number): Promise<boolean> {
  return await database.write(async (tables) => {
    const row = await tables
      .selectFrom('tries')
      .select(['count', 'last'])
      .where('name_hash', '=', nameHash)
      .executeTakeFirst();
    const before = row === undefined || row.last + TRIES_LIFE <= now ? { count: 0, last: 0 } : row;
    const locked = now < before.last + waitAfter(before.count);
    const after = locked ? before : { count: before.count + 1, last: now };
    await tables
      .insertInto('tries')
      .values({ name_hash: nameHash, ...after })
      .onConflict((conflict) => conflict.column('name_hash').doUpdateSet(after))
      .execute();
    return !locked;
  });
}

/** The try was a good one: those before it are forgotten. */
export async function forgetTries(tables: Tables, nameHash: Bytes): Promise<void> {
  await tables.deleteFrom('tries').where('name_hash', '=', nameHash).execute();
}

/** Milliseconds from the last try until the next one is checked. */
function waitAfter(tries: number): number {
  if (tries < FREE_TRIES) return 0;
  return Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (tries - FREE_TRIES));
}
