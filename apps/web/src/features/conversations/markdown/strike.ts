/**
 * `~~struck out~~`, as GitHub has it. The parser leaves the signs in the text: here, two of them that belong together
 * become one node with what stands between. Each piece is looked at once.
 */
import type { Inline } from './parse.ts';

/** Two signs, no more and no fewer. */
const SIGN = /((?<!~)~~(?!~))/;

interface Sign {
  readonly kind: 'sign';
  readonly opens: boolean;
  readonly closes: boolean;
}

export type Piece = Inline | Sign;

/**
 * The signs of a text, and what stands between them.
 * @param edges whether something of the same line stands before the text, and behind it
 */
export function piecesOf(text: string, edges: { before: boolean; behind: boolean }): readonly Piece[] {
  const parts = text.split(SIGN);
  return parts.flatMap((part, index): readonly Piece[] => {
    if (index % 2 === 0) return part === '' ? [] : [{ kind: 'text', text: part }];
    const [left = '', right = ''] = [parts[index - 1], parts[index + 1]];
    const opens = right === '' ? edges.behind : !/^\s/.test(right);
    const closes = left === '' ? edges.before : !/\s$/.test(left);
    return [{ kind: 'sign', opens, closes }];
  });
}

/** What stands beside each other, with what is struck out in nodes of its own. A sign without another is text. */
export function strikeOut(pieces: readonly Piece[]): readonly Inline[] {
  const done: Inline[] = [];
  let opened: number | null = null;
  for (const piece of pieces) {
    if (piece.kind !== 'sign') {
      done.push(piece);
    } else if (opened !== null && piece.closes) {
      const [, ...children] = done.splice(opened);
      done.push({ kind: 'struck', children });
      opened = null;
    } else {
      if (piece.opens) opened ??= done.length;
      done.push({ kind: 'text', text: '~~' });
    }
  }
  return done;
}
