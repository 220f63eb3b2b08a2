import { describe, expect, it } from 'vitest';
import { TOKENS } from './tokens.ts';

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(first: string, second: string): number {
  const [darker = 0, lighter = 0] = [luminance(first), luminance(second)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

type Token = keyof typeof TOKENS;

const GROUNDS: readonly Token[] = ['page', 'surface', 'sunken'];
const TEXTS: readonly (readonly [text: Token, grounds: readonly Token[]])[] = [
  ['text', [...GROUNDS, 'tint', 'own', 'warning-ground']],
  ['muted', [...GROUNDS, 'tint']],
  ['own-muted', ['own']],
  ['accent', [...GROUNDS, 'tint', 'own']],
  ['on-accent', ['accent', 'accent-hover']],
  ['warning', ['page', 'surface', 'warning-ground']],
  ['danger', ['page', 'surface', 'danger-ground']],
];

describe.each([
  ['light', 0],
  ['dark', 1],
] as const)('%s', (_name, index) => {
  it.each(TEXTS)('%s can be read on its grounds (AA)', (text, grounds) => {
    for (const ground of grounds) {
      expect(contrast(TOKENS[text][index], TOKENS[ground][index]), ground).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('the edge of a field can be seen', () => {
    for (const ground of GROUNDS) {
      expect(contrast(TOKENS.edge[index], TOKENS[ground][index]), ground).toBeGreaterThanOrEqual(3);
    }
  });
});
