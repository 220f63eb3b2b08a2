/**
 * Serves `virtual:theme.css`: Mantine's theme variables as a file. Mantine itself would write them into a `<style>`
 * element while the page runs, which our Content-Security-Policy and Trusted Types refuse.
 */
import {
  convertCssVariables,
  DEFAULT_THEME,
  defaultCssVariablesResolver,
  mergeMantineTheme,
} from '@mantine/core';
import type { Plugin } from 'vite';
import { resolveThemeVariables, theme } from '../src/ui/theme.ts';

const ID = 'virtual:theme.css';
const ONLY = new RegExp(`^${ID}$`);

/** The variables of Mantine's default theme with ours over them, as CSS text. */
export function themeCss(): string {
  const merged = mergeMantineTheme(DEFAULT_THEME, theme);
  const base = defaultCssVariablesResolver(merged);
  const own = resolveThemeVariables();
  return convertCssVariables({
    variables: { ...base.variables, ...own.variables },
    light: { ...base.light, ...own.light },
    dark: { ...base.dark, ...own.dark },
  });
}

export function themeCssPlugin(): Plugin {
  return {
    name: 'sotto-theme-css',
    resolveId: { filter: { id: ONLY }, handler: () => ID },
    load: { filter: { id: ONLY }, handler: () => themeCss() },
  };
}
