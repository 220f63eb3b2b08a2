/** The lines of a conversation as the command line writes them: as text, and as JSON objects. */
import type { Item, MessageStatus, Problem } from '@sotto/client/api';
import { cut } from './columns.ts';
import { dim, type Part, type Terminal, warning } from './terminal.ts';
import { formatTime, isoTime } from './time.ts';
import { oneLine } from './visible.ts';

/** Cells of a terminal for the words that stand for a message. */
const EXCERPT = 40;

/** Which conversation a line belongs to. */
export interface Place {
  readonly conversation: string;
  /** The other person. */
  readonly address: string;
}

export interface LineWriter {
  line(place: Place, item: Item): void;
  /** Messages that were written out before have another status, all at once. */
  statuses(place: Place, changes: readonly StatusChange[]): void;
}

export interface StatusChange {
  readonly id: string;
  readonly text: string;
  readonly status: MessageStatus;
  readonly problem: Problem | null;
}

/** One JSON object a line; what their fields mean is in docs/guides/command-line.md. */
export function jsonLines(terminal: Terminal): LineWriter {
  return {
    line(place, item) {
      terminal.json({ type: item.kind, ...place, ...fieldsOf(item) });
    },
    statuses(place, changes) {
      for (const { id, status, problem } of changes) {
        terminal.json({ type: 'status', ...place, id, status, problem });
      }
    },
  };
}

function fieldsOf(item: Item): object {
  const { id, position, text } = item;
  const common = { id, position, time: isoTime(item.time), text };
  if (item.kind === 'note') return { ...common, tone: item.tone };
  if (item.kind === 'unreadable') return common;
  const { own, from, problem } = item;
  return { ...common, own, from, status: own ? item.status : null, problem };
}

/**
 * Each line begins with a time, and all further lines of a message are indented: no text can pass for a line of its
 * own.
 *
 * @param naming whether own lines say to whom they went, for lines of several conversations
 */
export function textLines(terminal: Terminal, naming: boolean): LineWriter {
  return {
    line(place, item) {
      const [first = [], ...more] = textOf(place, item, naming);
      terminal.line(dim(formatTime(item.time)), '  ', ...first);
      for (const parts of more) terminal.line('    ', ...parts);
    },
    statuses({ address }, changes) {
      const time = dim(`${formatTime(Date.now())}  `);
      for (const [status, of] of Map.groupBy(changes, (change) => change.status)) {
        const said = `${BECAME[status]} ${address}: ${excerpts(of)}`;
        terminal.line(time, status === 'failed' ? warning(`! ${said}`) : dim(`* ${said}`));
        const problem = of.at(-1)?.problem ?? null;
        if (problem !== null) terminal.line('    ', warning(`! ${problem.message}`));
      }
    },
  };
}

const BECAME: Readonly<Record<MessageStatus, string>> = {
  queued: 'waiting for',
  sent: 'sent to',
  delivered: 'delivered to',
  read: 'read by',
  failed: 'not sent to',
};

/** The beginning of the newest message, and how many more there are. */
function excerpts(changes: readonly StatusChange[]): string {
  const begin = cut(oneLine(changes.at(-1)?.text ?? ''), EXCERPT);
  return changes.length > 1 ? `${begin} (and ${changes.length - 1} before)` : begin;
}

function textOf(place: Place, item: Item, naming: boolean): readonly (readonly Part[])[] {
  if (item.kind === 'unreadable') return [[warning(`! ${item.text}`)]];
  if (item.kind === 'note') {
    return [[item.tone === 'warning' ? warning(`! ${item.text}`) : dim(`* ${item.text}`)]];
  }
  const [first = '', ...more] = item.text.split(/\r?\n/);
  const own = naming ? `you to ${place.address}` : 'you';
  const who = item.own ? `${own} (${item.status}): ` : `${item.from}: `;
  const problem = item.problem === null ? [] : [[warning(`! ${item.problem.message}`)]];
  return [[who, first], ...more.map((text) => [text]), ...problem];
}
