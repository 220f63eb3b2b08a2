/**
 * `npm run emit`: JavaScript and declarations in `dist/`, with a package.json of its own, ready to be
 * published. Node strips no types inside node_modules, so that the sources cannot be published as they are.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
rmSync(join(here, 'dist'), { recursive: true, force: true });
execFileSync('tsc', ['-p', join(here, 'tsconfig.emit.json')], { stdio: 'inherit' });

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
writeFileSync(
  join(here, 'dist/package.json'),
  `${JSON.stringify({ ...published, exports }, undefined, 2)}\n`,
);
copyFileSync(join(here, 'README.md'), join(here, 'dist/README.md'));
