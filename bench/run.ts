/**
 * `npm run bench [-- NAME [ARGUMENTS]]`: runs `bench/NAME/run.ts`, or every one, each in a process of its own. What
 * they measure goes to `bench/results.md`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

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
for (const one of name === undefined ? all : [name]) {
  const program = fileURLToPath(new URL(`./${one}/run.ts`, here));
  const { status } = spawnSync(process.execPath, [...process.execArgv, program, ...rest], {
    stdio: 'inherit',
  });
  process.exitCode ||= status ?? 1;
}
