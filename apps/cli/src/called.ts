/** How this program was called, so that its hints can be typed as they stand. */

/** Set by what starts it: the file `sotto` of a checkout, the program that npm installs, and `npm start`. */
const STARTER = 'SOTTO_COMMAND';
export const NPM_START = 'npm start';

/** Such as `./sotto`, or `npx sotto --home ~/bob` where the profile was picked by that option. */
export function calledAs(
  env: Readonly<Record<string, string | undefined>>,
  home: string | undefined,
): string {
  const starter = env[STARTER] || 'sotto';
  const program = starter.startsWith('np') ? starter : word(starter);
  return home === undefined ? program : `${program} --home ${word(home)}`;
}

/** A text as one word of a shell. */
export function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
