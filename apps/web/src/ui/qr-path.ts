/** QR codes as one SVG path. */
import encodeQR from 'qr';

/** Modules on a side, the quiet zone of four included, and a path that fills the dark ones, one unit each. */
export interface QrPath {
  readonly size: number;
  readonly path: string;
}

/** Runs of dark modules of a row become one rectangle. */
export function pathOfMatrix(matrix: readonly (readonly boolean[])[]): string {
  let path = '';
  for (const [y, row] of matrix.entries()) {
    for (let x = 0; x < row.length; x += 1) {
      if (row[x] !== true) continue;
      const start = x;
      while (row[x + 1] === true) x += 1;
      const length = x + 1 - start;
      path += `M${start} ${y}h${length}v1h-${length}z`;
    }
  }
  return path;
}

export function qrPath(text: string): QrPath {
  const matrix = encodeQR(text, 'raw', { ecc: 'medium', border: 4 });
  return { size: matrix.length, path: pathOfMatrix(matrix) };
}
