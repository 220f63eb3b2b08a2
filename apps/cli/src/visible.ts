/**
 * Text that others wrote, made harmless on a terminal: what would move the cursor, change colours, turn the direction
 * of writing or hide in the line is shown as its code point instead. Trusts nothing.
 */

/**
 * Control characters but tab and line feed, lone surrogates, line and paragraph separators, invisible characters and
 * those of the bidirectional algorithm. Joiners stay: scripts and emoji need them, and they move nothing.
 */
const UNSAFE =
  /(?![\t\n])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** The same text with `<U+001B>` and the like in place of what is unsafe; tabs and line feeds stay. */
export function visible(text: string): string {
  return text.replace(UNSAFE, (character) => `<U+${hex(character.codePointAt(0) ?? 0).toUpperCase()}>`);
}

/** For a place where text must not break the line. */
export function oneLine(text: string): string {
  return visible(text.replace(/\s+/g, ' ').trim());
}

/** JSON on one line, with escapes for what a terminal would act on: the value that it stands for is the same. */
export function safeJson(value: unknown): string {
  return escapeJson(JSON.stringify(value));
}

/** The same for JSON that is written already. */
export function escapeJson(json: string): string {
  return json.replace(UNSAFE, (character) =>
    Array.from({ length: character.length }, (_, i) => `\\u${hex(character.charCodeAt(i))}`).join(''),
  );
}

function hex(code: number): string {
  return code.toString(16).padStart(4, '0');
}
