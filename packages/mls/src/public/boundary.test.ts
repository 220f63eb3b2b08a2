/** What can be reached from `@sotto/mls/public` holds no secret operation. */
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const SOURCE = resolve(import.meta.dirname, '..');

/** Every file and package that importing `entry` loads, type imports left out. */
function reach(entry: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const queue = [entry];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    if (!file.startsWith('/')) continue;
    for (const target of importsOf(readFileSync(file, 'utf8'))) {
      queue.push(target.startsWith('.') ? resolve(dirname(file), target) : target);
    }
  }
  return seen;
}

function importsOf(source: string): readonly string[] {
  const statements = source.matchAll(/^(?:import|export)(?<clause>[^;]*?)from '(?<target>[^']+)';/gms);
  return [...statements].flatMap(({ groups }) => {
    const isType = groups?.clause?.trimStart().startsWith('type ');
    return isType === true || groups?.target === undefined ? [] : [groups.target];
  });
}

function forbidden(entry: string): readonly string[] {
  const files = [...reach(resolve(SOURCE, entry))].map((file) =>
    file.startsWith('/') ? relative(SOURCE, file) : file,
  );
  return files.filter(
    (file) =>
      /^(?:group|secrets)\//.test(file) ||
      /ciphers|post-quantum|node:crypto/.test(file) ||
      /crypto\/hpke|encrypt|dhkem|kem\.ts|aead|sign-with|framing\/private|key-schedule|state\/(?:own|secret|state|snapshot)/.test(
        file,
      ),
  );
}

test('the public entry reaches nothing that decrypts, signs or derives a secret', () => {
  expect(reach(resolve(SOURCE, 'public/index.ts')).size).toBeGreaterThan(30);
  expect(forbidden('public/index.ts')).toEqual([]);
});

test('the same walk from the main entry finds such code: the check can see it', () => {
  expect(forbidden('index.ts').length).toBeGreaterThan(10);
});
