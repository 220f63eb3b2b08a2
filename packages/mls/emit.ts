/**
 * `npm run emit [-- DIR]`: JavaScript and declarations in `dist/` or the folder given, with a package.json of its own,
 * ready to be published. Node strips no types inside node_modules, so that the sources cannot be published as they are.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const here = import.meta.dirname;
const root = join(here, '../..');
// npm runs this in the package; INIT_CWD is where the person stood.
const [given] = process.argv.slice(2);
const out = given === undefined ? join(here, 'dist') : resolve(process.env.INIT_CWD ?? process.cwd(), given);
rmSync(join(out, 'src'), { recursive: true, force: true });
const tsc = join(root, 'node_modules/typescript/bin/tsc');
const options = ['-p', join(here, 'tsconfig.emit.json'), '--outDir', join(out, 'src')];
execFileSync(process.execPath, [tsc, ...options], { stdio: 'inherit' });

interface Manifest {
  readonly exports: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}
const manifest: Manifest = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
const { private: _private, scripts: _scripts, devDependencies: _dev, ...published } = manifest;
const exports = Object.fromEntries(
  Object.entries(manifest.exports).map(([entry, source]) => [
    entry,
    { types: source.replace(/\.ts$/, '.d.ts'), default: source.replace(/\.ts$/, '.js') },
  ]),
);
// The oldest version that has all of what the sources use without a flag.
const engines = { node: '>=24' };
writeFileSync(
  join(out, 'package.json'),
  `${JSON.stringify({ ...published, engines, exports }, undefined, 2)}\n`,
);
copyFileSync(join(here, 'README.md'), join(out, 'README.md'));
copyFileSync(join(root, 'LICENSE'), join(out, 'LICENSE'));
