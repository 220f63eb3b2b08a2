/** Removes what has had its time: entries after thirty days, expired tokens and invites, old tries and requests. */
import { LIMITS } from '@sotto/contract';
import { sql } from 'kysely';
import { TRIES_LIFE } from './identity/lockout.ts';
import type { Write } from './platform/database/database.ts';
import type { Platform } from './platform/platform.ts';
import type { Streams } from './streams/streams.ts';

const INTERVAL = 10 * 60_000;

export interface Sweeping {
  stop(): Promise<void>;
}

export function startSweeping(platform: Platform, streams: Streams): Sweeping {
  let running: Promise<void> = Promise.resolve();
  const run = () => {
    // A failure (a full disk) leaves it for the next time.
    running = sweep(platform, streams).catch(() => undefined);
  };
  run();
  const timer = setInterval(run, INTERVAL);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

async function sweep({ database, now }: Platform, streams: Streams): Promise<void> {
  await database.write(async (tables) => {
    const time = now();
    await tables.deleteFrom('sessions').where('expires', '<=', time).execute();
    await tables.deleteFrom('invites').where('expires', '<=', time).execute();
    await tables
      .deleteFrom('tries')
      .where('last', '<=', time - TRIES_LIFE)
      .execute();
    await tables
      .deleteFrom('commits')
      .where('time', '<=', time - LIMITS.entryLife)
      .execute();
    for (const stream of await dropOldEntries(tables, time - LIMITS.entryLife)) {
      tables.whenDone(() => streams.changed(stream));
    }
  });
}

/** Their readers go on behind them: they see a gap, and the window of what may be sent does not stand still. */
async function dropOldEntries(tables: Write, before: number): Promise<readonly number[]> {
  const rows = await tables
    .deleteFrom('entries')
    .where('time', '<=', before)
    .returning(['stream', 'number'])
    .execute();
  const last = new Map<number, number>();
  for (const { stream, number } of rows) last.set(stream, Math.max(number, last.get(stream) ?? 0));
  for (const [stream, number] of last) {
    await tables
      .updateTable('readers')
      .set({ acknowledged: sql`min(${number}, coalesce(until, ${number}))` })
      .where('stream', '=', stream)
      .where('acknowledged', '<', number)
      .execute();
    await tables
      .deleteFrom('readers')
      .where('stream', '=', stream)
      .where('until', 'is not', null)
      .whereRef('acknowledged', '>=', 'until')
      .execute();
  }
  return [...last.keys()];
}
