import { decodeQR } from 'qr/decode.js';
import { expect, it } from 'vitest';
import { drawQr } from './qr-code.ts';

const PIXELS = 4;

/** The squares that the blocks stand for, black as true. */
function squaresOf(lines: readonly string[]): readonly (readonly boolean[])[] {
  return lines.flatMap((line) => [
    Array.from(line, (block) => block === '█' || block === '▀'),
    Array.from(line, (block) => block === '█' || block === '▄'),
  ]);
}

/** As a camera sees it: a picture of 4 by 4 pixels a square. */
function photograph(squares: readonly (readonly boolean[])[]) {
  const size = squares.length * PIXELS;
  const data = new Uint8Array(size * size * 4).fill(255);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const black = squares[Math.floor(y / PIXELS)]?.[Math.floor(x / PIXELS)] === true;
      if (black) data.fill(0, (y * size + x) * 4, (y * size + x) * 4 + 3);
    }
  }
  return { width: size, height: size, data };
}

it('a drawn QR code holds the safety number', () => {
  const content = `SOTTO1:${'0123456789'.repeat(6)}`;
  const lines = drawQr(content).map((part) => (typeof part === 'string' ? part : part.text));
  expect(decodeQR(photograph(squaresOf(lines)))).toBe(content);
});
