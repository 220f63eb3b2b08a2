/** The colours of the house, once: the theme and the style sheets take them from here as CSS variables. */
export const TOKENS = {
  page: ['#faf9f6', '#151412'],
  surface: ['#ffffff', '#1b1a18'],
  sunken: ['#f3f1ec', '#22201e'],
  line: ['#e7e3db', '#2f2c29'],
  text: ['#1f1c19', '#ece8e1'],
  muted: ['#68625a', '#b0a89e'],
  accent: ['#1b6b5f', '#63c2ae'],
  'accent-hover': ['#165a50', '#78cfbd'],
  'on-accent': ['#ffffff', '#0d1f1b'],
  tint: ['#e4efec', '#1f302c'],
  own: ['#dcebe7', '#23403a'],
  'own-muted': ['#4f5f5a', '#b3c5bf'],
  warning: ['#9a5b13', '#e7b467'],
  'warning-ground': ['#fbf1e0', '#2e2517'],
  danger: ['#a3312a', '#f0938a'],
  'danger-ground': ['#faeae8', '#33201e'],
  /** The edge of a field: 3:1 against its ground, so that it can be seen where it is. */
  edge: ['#8f887d', '#7a736b'],
  shade: ['rgb(31 28 25 / 38%)', 'rgb(0 0 0 / 58%)'],
} as const satisfies Record<string, readonly [light: string, dark: string]>;
