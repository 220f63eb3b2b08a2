/** Turns the table into rules of dependency-cruiser: those that a single import can break. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IForbiddenRuleType } from 'dependency-cruiser';
import { listFiles } from '../ground/files.mjs';
import { EXCEPTIONS, FLOORS, type Floor, TEST, TESTS_MAY_IMPORT, VENDORS } from './table.ts';

const OURS = '^(packages|apps|e2e|bench|scripts)/';

export function rulesFor(root: string): IForbiddenRuleType[] {
  return [
    ...FLOORS.flatMap(arrows),
    ...doors(root),
    {
      name: 'tests',
      comment: 'What tests are made of is imported by tests only: some of it is weak on purpose.',
      from: { path: '^(packages|apps)/', pathNot: TEST },
      to: { path: `^(packages|apps)/.*${TEST}` },
    },
    ...VENDORS.map(({ name, only }) => ({
      name: `vendor/${name}`,
      comment: `${name} is imported only in ${only.join(' and ')}.`,
      from: { pathNot: startingWith(only) },
      to: { path: `(^|/)node_modules/${literal(name)}/` },
    })),
  ];
}

/** What the files of a floor may import, and what its tests may. */
function arrows({ folder, mayImport }: Floor): IForbiddenRuleType[] {
  const exceptions = EXCEPTIONS.filter(({ file }) =>
    file.source.startsWith(`^${folder.replaceAll('/', '\\/')}`),
  );
  const ordinary = {
    name: `arrows/${name(folder)}`,
    comment: `${folder} may import ${mayImport.join(', ') || 'no other floor'}.`,
    from: { path: startingWith([folder]), pathNot: [TEST, ...exceptions.map(({ file }) => file.source)] },
    to: { path: OURS, pathNot: startingWith([folder, ...mayImport]) },
  };
  const tests = {
    name: `arrows/${name(folder)}/tests`,
    comment: `Tests in ${folder} may import ${[...mayImport, ...TESTS_MAY_IMPORT].join(', ')}.`,
    from: { path: [`${startingWith([folder])}.*${TEST}`] },
    to: { path: OURS, pathNot: startingWith([folder, ...mayImport, ...TESTS_MAY_IMPORT]) },
  };
  const excepted = exceptions.map((exception) => ({
    name: `arrows/${name(folder)}/exception`,
    comment: `This file may import ${[...mayImport, exception.mayImport].join(', ')}.`,
    from: { path: exception.file.source, pathNot: TEST },
    to: { path: OURS, pathNot: startingWith([folder, ...mayImport, exception.mayImport]) },
  }));
  return [ordinary, tests, ...excepted];
}

/** A package is entered through the doors that its package.json exports, by a path of files as little as by its name. */
function doors(root: string): IForbiddenRuleType[] {
  const manifests = listFiles(root).filter((file) => /^(packages|apps)\/[^/]+\/package\.json$/.test(file));
  return manifests.map((manifest) => {
    const folder = manifest.slice(0, -'package.json'.length);
    const targets = exportsOf(join(root, manifest)).map((target) => folder + target);
    // The scripts start the command line as a user does, before anything is installed.
    const bin = `${folder}bin/`;
    return {
      name: `doors/${name(folder)}`,
      comment: `${folder} is entered only through what its package.json exports.`,
      from: { pathNot: startingWith([folder]) },
      to: { path: startingWith([folder]), pathNot: [...targets.map(exactly), startingWith([bin])] },
    };
  });
}

/** One file, or one for each condition under which it is imported. */
type Target = string | { readonly [condition: string]: string };

/** Paths, without the leading dot and slash, of what a package exports. */
function exportsOf(manifest: string): string[] {
  const { exports = {} }: { exports?: Record<string, Target> } = JSON.parse(readFileSync(manifest, 'utf8'));
  const targets = Object.values(exports).flatMap((target) =>
    typeof target === 'string' ? [target] : Object.values(target),
  );
  return targets.map((target) => target.replace(/^\.\//, ''));
}

function name(folder: string): string {
  return folder.split('/').at(-2) ?? folder;
}

function startingWith(prefixes: readonly string[]): string {
  return `^(${prefixes.map(literal).join('|')})`;
}

function exactly(path: string): string {
  return `^${literal(path)}$`;
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
