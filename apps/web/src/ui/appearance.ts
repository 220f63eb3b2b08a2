/** Light, dark or as the system has it: the only thing that the page keeps in localStorage. */
import { localStorageColorSchemeManager } from '@mantine/core';

/** public/appearance.js reads the same key before the first paint. */
export const appearanceStore = localStorageColorSchemeManager({ key: 'sotto-appearance' });

export const APPEARANCES = [
  { value: 'auto', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const;
