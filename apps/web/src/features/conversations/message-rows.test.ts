import type { Item } from '@sotto/client/api';
import { describe, expect, it } from 'vitest';
import { newestFromOthers, rowsOf } from './message-rows.ts';

const noon = new Date(2026, 10, 23, 12).getTime();
const minute = 60_000;
const day = 24 * 60 * minute;

function message(id: string, from: string, time: number): Item {
  const own = from === 'me@localhost';
  return { id, position: 1, time, kind: 'message', own, from, text: id, status: 'read', problem: null };
}

const shape = (items: readonly Item[]) =>
  rowsOf(items, false).map((row) =>
    row.kind === 'item' ? `${row.item.id}${row.first ? ' first' : ''}${row.last ? ' last' : ''}` : row.kind,
  );

describe('rows', () => {
  it('group what one person says within five minutes', () => {
    expect(
      shape([
        message('a', 'ada@localhost', noon),
        message('b', 'ada@localhost', noon + minute),
        message('c', 'me@localhost', noon + 2 * minute),
        message('d', 'me@localhost', noon + 10 * minute),
      ]),
    ).toEqual(['beginning', 'day', 'a first', 'b last', 'c first last', 'd first last']);
  });

  it('open each day once, also when clocks of authors go back', () => {
    expect(
      shape([
        message('a', 'ada@localhost', noon),
        message('b', 'me@localhost', noon + day),
        message('c', 'ada@localhost', noon),
        message('d', 'me@localhost', noon + day + minute),
      ]).filter((row) => row === 'day'),
    ).toHaveLength(2);
  });

  it('let a note break a group', () => {
    const note: Item = { id: 'n', position: 1, time: noon, kind: 'note', tone: 'plain', text: 'x' };
    expect(shape([message('a', 'ada@localhost', noon), note, message('b', 'ada@localhost', noon)])).toEqual([
      'beginning',
      'day',
      'a first last',
      'n first last',
      'b first last',
    ]);
  });

  it('have unique keys', () => {
    const items = Array.from({ length: 50 }, (_, index) =>
      message(`m${index}`, 'ada@localhost', noon + index * day),
    );
    const keys = rowsOf(items, true).map((row) => row.key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

it('what is marked read is the newest message of another', () => {
  expect(newestFromOthers([])).toBeNull();
  const theirs = { ...message('a', 'ada@localhost', noon), position: 7 };
  expect(newestFromOthers([theirs, { ...message('b', 'me@localhost', noon), position: 9 }])).toBe(7);
});
