import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeJson, oneLine, safeJson, visible } from './visible.ts';

/** Whatever a terminal acts on: C0 but tab and line feed, DEL, C1, and controls of the direction of writing. */
const ACTING = [
  [0x00, 0x08],
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  [0x61c, 0x61c],
  [0x200e, 0x200f],
  [0x2028, 0x202e],
  [0x2066, 0x2069],
] as const;

function acts(text: string): boolean {
  return Array.from(text, (character) => character.codePointAt(0) ?? 0).some((code) =>
    ACTING.some(([first, last]) => code >= first && code <= last),
  );
}

const ATTACKS = [
  ['a colour', '\x1b[31mred', '<U+001B>[31mred'],
  ['a title with the bell', '\x1b]0;pwned\x07', '<U+001B>]0;pwned<U+0007>'],
  ['a link', '\x1b]8;;https://evil.example\x1b\\bank', '<U+001B>]8;;https://evil.example<U+001B>\\bank'],
  ['a clipboard', '\x1b]52;c;ZXZpbA==\x07', '<U+001B>]52;c;ZXZpbA==<U+0007>'],
  ['one byte for the start of a sequence', '\x9b2J', '<U+009B>2J'],
  ['a line written over', 'yes\rno', 'yes<U+000D>no'],
  ['letters rubbed out', 'good\b\b\b\bevil', 'good<U+0008><U+0008><U+0008><U+0008>evil'],
  ['writing turned around', 'invoice\u202egnp.exe', 'invoice<U+202E>gnp.exe'],
  ['an isolate', '\u2066a\u2069', '<U+2066>a<U+2069>'],
  ['a line separator', 'a\u2028b', 'a<U+2028>b'],
  ['invisible letters', 'a\u200bb\ufeff', 'a<U+200B>b<U+FEFF>'],
  ['hidden tags', 'hi\u{e0041}', 'hi<U+E0041>'],
  ['half a character', 'a\ud800b', 'a<U+D800>b'],
] as const;

/** Characters of all kinds, half of them from where the trouble is. */
const character = fc
  .oneof(
    fc.integer({ min: 0, max: 0xa0 }),
    fc.integer({ min: 0x2000, max: 0x20ff }),
    fc.integer({ min: 0, max: 0x10ffff }),
  )
  .map((code) => String.fromCodePoint(code));

describe('text that others wrote', () => {
  it.each(ATTACKS)('shows %s instead of doing it', (_name, attack, shown) => {
    expect(visible(attack)).toBe(shown);
  });

  it('never holds anything that a terminal acts on', () => {
    fc.assert(
      fc.property(fc.string({ unit: character }), (text) => {
        expect(acts(visible(text))).toBe(false);
        expect(oneLine(text)).not.toMatch(/[\n\t]/);
      }),
    );
  });

  it('finds the attacks in the text as it came, so that the test above can fail', () => {
    const acting = ATTACKS.slice(0, 10).map(([, attack]) => attack);
    for (const attack of acting) expect(acts(attack)).toBe(true);
  });

  it('leaves writing of all kinds as it is', () => {
    for (const text of ['Grüße, 你好, שלום, مرحبا', '👩‍👩‍👧 🏳️‍🌈', 'می‌خواهم', 'a\tb\nc'])
      expect(visible(text)).toBe(text);
  });
});

describe('JSON for a terminal', () => {
  it('stands for the same value, and holds nothing that a terminal acts on', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: character }), (value, text) => {
        const json = safeJson({ value, text });
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify({ value, text })));
        expect(acts(json)).toBe(false);
        expect(json).not.toContain('\n');
      }),
    );
  });

  it('escapes what was written as JSON before', () => {
    expect(escapeJson('{"a":"\x9b\u202e"}\n')).toBe('{"a":"\\u009b\\u202e"}\n');
  });
});
