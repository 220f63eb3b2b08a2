/** Very long messages are shown by their beginning until the person asks for the rest. */
const LONGEST = 3_000;
const MOST_LINES = 40;

/** The beginning of `text`, or null when it is short enough to be shown whole. */
export function shorten(text: string): string | null {
  let end = text.length > LONGEST + 500 ? LONGEST : text.length;
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) {
    lines += 1;
    if (lines >= MOST_LINES) end = at;
  }
  if (end === text.length) return null;
  // Never between the halves of a character.
  const code = text.charCodeAt(end - 1);
  return text.slice(0, code >= 0xd800 && code <= 0xdbff ? end - 1 : end);
}
