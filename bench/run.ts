/**
 * `npm run bench [-- NAME [ARGUMENTS]]`: runs `bench/NAME/run.ts`, or every one. What they measure goes to
 * `bench/results.md`.
 */
import { existsSync, readdirSync } from 'node:fs';

const here = new URL('./', import.meta.url);
const all = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(new URL(`./${entry.name}/run.ts`, here)))
  .map(({ name }) => name)
  .sort();
const [name, ...rest] = process.argv.slice(2);
if (name !== undefined && !all.includes(name)) {
  process.stderr.write(`Usage: npm run bench [-- NAME], where NAME is one of: ${all.join(', ')}\n`);
  process.exit(2);
}
process.argv.splice(2, process.argv.length, ...rest);
for (const one of name === undefined ? all : [name]) await import(new URL(`./${one}/run.ts`, here).href);
