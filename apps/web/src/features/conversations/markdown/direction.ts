/**
 * Characters that turn the direction of writing: with them, a text can look like another one, and could turn what
 * stands behind it. They are shown by their number, as the command line does.
 */

const TURNS = /([\u202a-\u202e\u2066-\u2069])/;

/** `text` in pieces; every second one, from index 1, is a single character that turns the direction. */
export function atTurns(text: string): readonly string[] {
  return text.split(TURNS);
}

/** `U+202E` */
export function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** The text with `<U+202E>` and the like in place of these characters. */
export function withTurnsShown(text: string): string {
  return atTurns(text)
    .map((piece, index) => (index % 2 === 1 ? `<${codePoint(piece)}>` : piece))
    .join('');
}
