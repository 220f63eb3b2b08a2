import decodeQR from 'qr/decode.js';
import { describe, expect, it } from 'vitest';
import { pathOfMatrix, qrPath } from './qr-path.ts';

/** Draws a path of ours on a white ground, `scale` pixels a module. */
function draw(size: number, path: string, scale: number) {
  const side = size * scale;
  const data = new Uint8Array(side * side * 4).fill(255);
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
    for (let py = 0; py < scale; py += 1) {
      for (let px = 0; px < Number(length) * scale; px += 1) {
        const row = Number(y) * scale + py;
        const column = Number(x) * scale + px;
        data.fill(0, (row * side + column) * 4, (row * side + column) * 4 + 3);
      }
    }
  }
  return { width: side, height: side, data };
}

describe('a QR code as a path', () => {
  it('joins neighbours in a row and leaves light modules out', () => {
    const rows = [
      [true, true, false, true],
      [false, false, false, false],
      [false, true, true, true],
    ];
    expect(pathOfMatrix(rows)).toBe('M0 0h2v1h-2zM3 0h1v1h-1zM1 2h3v1h-3z');
  });

  it('reads back as the text that went in', () => {
    const text = 'sotto:12345 67890 '.repeat(6);
    const { size, path } = qrPath(text);
    expect(decodeQR(draw(size, path, 4))).toBe(text);
  });
});
