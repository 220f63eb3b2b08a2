import { describe, expect, it } from 'vitest';
import { columns } from './columns.ts';

describe('columns', () => {
  it('are as wide as their widest cell', () => {
    expect(
      columns([
        ['a', 'first'],
        ['long', 'second', 'more'],
      ]),
    ).toEqual(['a     first', 'long  second  more']);
  });

  it('count what takes two cells as two', () => {
    expect(
      columns([
        ['你好', 'x'],
        ['👩‍👩‍👧', 'x'],
        ['abcd', 'x'],
      ]),
    ).toEqual(['你好  x', '👩‍👩‍👧    x', 'abcd  x']);
  });

  it('are cut to the terminal, and never through a character', () => {
    expect(columns([['bob', 'a long message']], 12)).toEqual(['bob  a long…']);
    expect(columns([['bob', '你好你好']], 9)).toEqual(['bob  你…']);
  });

  it('of nothing are nothing', () => {
    expect(columns([])).toEqual([]);
  });
});
