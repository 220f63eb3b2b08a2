/** `npm run bench -- NAME [ARGUMENTS]`: runs `bench/NAME/run.ts`. */
import { existsSync } from 'node:fs';

const [name = '', ...rest] = process.argv.slice(2);
const file = new URL(`./${name}/run.ts`, import.meta.url);
if (!/^[a-z-]+$/.test(name) || !existsSync(file)) {
  process.stderr.write('Usage: npm run bench -- NAME, where NAME is a folder of bench/\n');
  process.exit(2);
}
process.argv.splice(2, process.argv.length, ...rest);
await import(file.href);
