/** What the list of messages draws: the lines of a conversation with days between, grouped by who spoke. */
import type { Item } from '@sotto/client/api';
import { daysBefore } from '../../ui/words.ts';

export type Row =
  /** The beginning of the conversation: everything is there. */
  | { readonly kind: 'beginning'; readonly key: string }
  | { readonly kind: 'day'; readonly key: string; readonly time: number }
  | {
      readonly kind: 'item';
      readonly key: string;
      readonly item: Item;
      /** First and last of what one person said in a row. */
      readonly first: boolean;
      readonly last: boolean;
    };

/** Messages of one person this close together, in milliseconds, are drawn as one group. */
const TOGETHER_MS = 5 * 60_000;

/** `items` oldest first, as the device gives them; `more` when there are older ones. */
export function rowsOf(items: readonly Item[], more: boolean): readonly Row[] {
  const rows: Row[] = more ? [] : [{ kind: 'beginning', key: 'beginning' }];
  let latest = Number.NEGATIVE_INFINITY;
  for (const [index, item] of items.entries()) {
    // Authors' clocks differ: a day is opened once, and never goes back.
    if (latest === Number.NEGATIVE_INFINITY || daysBefore(latest, item.time) > 0) {
      rows.push({
        kind: 'day',
        key: `day-${new Date(item.time).toDateString()}-${item.id}`,
        time: item.time,
      });
    }
    latest = Math.max(latest, item.time);
    const first = !together(items[index - 1], item);
    const last = !together(item, items[index + 1]);
    rows.push({ kind: 'item', key: item.id, item, first, last });
  }
  return rows;
}

function together(before: Item | undefined, after: Item | undefined): boolean {
  if (before?.kind !== 'message' || after?.kind !== 'message') return false;
  if (before.from !== after.from || before.own !== after.own) return false;
  return Math.abs(after.time - before.time) < TOGETHER_MS && daysBefore(before.time, after.time) === 0;
}

/** The highest position of a message from somebody else, or null. */
export function newestFromOthers(items: readonly Item[]): number | null {
  const item = items.findLast((candidate) => candidate.kind === 'message' && !candidate.own);
  return item?.position ?? null;
}
