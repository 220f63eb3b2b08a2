/** Mantine's theme: paper and ink, one green. Colours come from tokens.ts; build/theme-css.ts writes them out as CSS. */
import {
  type ConvertCSSVariablesInput,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core';
import { TOKENS } from './tokens.ts';

/** Shades for Mantine's own look-ups; 6 is the accent in light, 4 in dark. */
const green: MantineColorsTuple = [
  '#eef6f4',
  '#dcebe7',
  '#bcdcd5',
  '#93cabe',
  '#63c2ae',
  '#2f8b7c',
  '#1b6b5f',
  '#165a50',
  '#114840',
  '#0b332d',
];

/** Buttons take their colours from the tokens, which differ between light and dark; Mantine would fix one of them. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input);
  const danger = input.color === 'red';
  if (input.variant === 'filled' && (danger || input.color === undefined || input.color === 'green')) {
    const background = danger ? 'var(--s-danger)' : 'var(--s-accent)';
    const hover = danger ? 'var(--s-danger)' : 'var(--s-accent-hover)';
    return { ...colors, background, hover, color: 'var(--s-on-accent)' };
  }
  if (input.variant === 'outline' && danger) {
    const line = '1px solid var(--s-danger)';
    return { ...colors, border: line, color: 'var(--s-danger)', hover: 'var(--s-danger-ground)' };
  }
  if (input.variant === 'light') {
    return { ...colors, background: 'var(--s-tint)', hover: 'var(--s-own)', color: 'var(--s-accent)' };
  }
  if (input.variant === 'subtle') {
    const color = input.color === 'gray' ? 'var(--s-muted)' : 'var(--s-accent)';
    return { ...colors, color, hover: 'var(--s-sunken)' };
  }
  return colors;
};

export const theme = createTheme({
  variantColorResolver,
  primaryColor: 'green',
  primaryShade: { light: 6, dark: 4 },
  colors: { green },
  black: TOKENS.text[0],
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SFMono-Regular', Menlo, 'DejaVu Sans Mono', monospace",
  fontSizes: { xs: '12px', sm: '13.5px', md: '15px', lg: '17px', xl: '20px' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.3' },
  radius: { xs: '6px', sm: '8px', md: '10px', lg: '13px', xl: '16px' },
  defaultRadius: 'md',
  respectReducedMotion: true,
  cursorType: 'pointer',
  focusRing: 'auto',
});

/** Which of Mantine's variables follow our tokens. */
export function resolveThemeVariables(): ConvertCSSVariablesInput {
  return { variables: {}, light: schemeVariables(0), dark: schemeVariables(1) };
}

function schemeVariables(index: 0 | 1): Record<`--${string}`, string> {
  const variables: Record<`--${string}`, string> = {};
  for (const [name, pair] of Object.entries(TOKENS)) variables[`--s-${name}`] = pair[index];
  return {
    ...variables,
    '--mantine-color-body': TOKENS.page[index],
    '--mantine-color-text': TOKENS.text[index],
    '--mantine-color-dimmed': TOKENS.muted[index],
    '--mantine-color-placeholder': TOKENS.muted[index],
    '--mantine-color-error': TOKENS.danger[index],
    '--mantine-color-anchor': TOKENS.accent[index],
    '--mantine-color-default': TOKENS.surface[index],
    '--mantine-color-default-hover': TOKENS.sunken[index],
    '--mantine-color-default-color': TOKENS.text[index],
    '--mantine-color-default-border': TOKENS.line[index],
    '--mantine-color-disabled': TOKENS.sunken[index],
    '--mantine-color-disabled-color': TOKENS.muted[index],
    '--mantine-primary-color-filled': TOKENS.accent[index],
    '--mantine-primary-color-filled-hover': TOKENS['accent-hover'][index],
    '--mantine-primary-color-contrast': TOKENS['on-accent'][index],
    '--mantine-primary-color-light': TOKENS.tint[index],
    '--mantine-primary-color-light-hover': TOKENS.own[index],
    '--mantine-primary-color-light-color': TOKENS.accent[index],
  };
}
