import { expect, it } from 'vitest';
import { TOKENS } from '../src/ui/tokens.ts';
import { themeCss } from './theme-css.ts';

it('holds every colour of the house for light and for dark', () => {
  const css = themeCss();
  const [light, dark] = ['light', 'dark'].map((scheme) => {
    const start = css.indexOf(`[data-mantine-color-scheme="${scheme}"]`);
    return css.slice(start, css.indexOf('}', start));
  });
  for (const [name, pair] of Object.entries(TOKENS)) {
    expect(light).toContain(`--s-${name}: ${pair[0]};`);
    expect(dark).toContain(`--s-${name}: ${pair[1]};`);
  }
});

it('says nothing that needs a policy of its own', () => {
  expect(themeCss()).not.toMatch(/url\(|@import|expression/);
});
