/** A QR code as text: two rows of squares to a line, black on white whatever the terminal's own colours are. */
import { encodeQR } from 'qr';
import type { Part } from './terminal.ts';

/** Lines of blocks, with the quiet zone of four squares that readers need. */
export function drawQr(content: string): readonly Part[] {
  const squares = encodeQR(content, 'raw', { ecc: 'medium', border: 4 });
  const lines: Part[] = [];
  for (let y = 0; y < squares.length; y += 2) {
    const upper = squares[y] ?? [];
    const lower = squares[y + 1] ?? [];
    const text = upper.map((black, x) => block(black, lower[x] ?? false)).join('');
    lines.push({ text, style: 'blackOnWhite' });
  }
  return lines;
}

function block(upper: boolean, lower: boolean): string {
  if (upper) return lower ? '█' : '▀';
  return lower ? '▄' : ' ';
}
