/** Columns of text for a terminal, aligned by the width that characters take there. */

/** Emoji and the characters of East Asia that take two cells. */
const WIDE =
  /^\p{Emoji_Presentation}|\ufe0f|^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;

/** In cells of a terminal. */
function widthOf(text: string): number {
  return segments(text).reduce((width, segment) => width + cells(segment), 0);
}

/** As much of `text` as fits into that many cells, with an ellipsis where something was left out. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let left = width - 1;
  for (const segment of segments(text)) {
    left -= cells(segment);
    if (left < 0) break;
    kept += segment;
  }
  return `${kept}…`;
}

/**
 * One line for each row, with two spaces between columns.
 *
 * @param width of the terminal, to which the last column is cut; without it nothing is
 */
export function columns(rows: readonly (readonly string[])[], width?: number): readonly string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, i) =>
    Math.max(...rows.map((row) => widthOf(row[i] ?? ''))),
  );
  return rows.map((row) => {
    const padded = row.map((cell, i) => cell + ' '.repeat((widths[i] ?? 0) - widthOf(cell)));
    const line = padded.join('  ').trimEnd();
    return width === undefined ? line : cut(line, width);
  });
}

let segmenter: Intl.Segmenter | undefined;

/** What a person takes for one character each. The tables of Unicode are loaded only for a text that needs them. */
function segments(text: string): readonly string[] {
  if (/^[ -~]*$/.test(text)) return text.split('');
  segmenter ??= new Intl.Segmenter();
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function cells(segment: string): number {
  return WIDE.test(segment) ? 2 : 1;
}
