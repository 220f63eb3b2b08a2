import { expect, it } from 'vitest';
import { type Chunk, countNeeded, type Sizes } from './size-budget.ts';

function chunk(fileName: string, parts: Partial<Chunk> = {}): Chunk {
  return { type: 'chunk', fileName, code: fileName, isEntry: false, imports: [], moduleIds: [], ...parts };
}

function counted(chunks: readonly Chunk[]): readonly string[] {
  const sizes: Sizes = new Map();
  const bundle = Object.fromEntries(chunks.map((part) => [part.fileName, part]));
  countNeeded({ ...bundle, 'style.css': { type: 'asset' } }, (part) => part.isEntry, sizes);
  return [...sizes.keys()].sort();
}

it('counts an entry and all that it imports statically, once', () => {
  const entry = chunk('entry.js', { isEntry: true, imports: ['a.js', 'b.js'] });
  expect(
    counted([entry, chunk('a.js', { imports: ['b.js'] }), chunk('b.js', { imports: ['a.js'] })]),
  ).toEqual(['a.js', 'b.js', 'entry.js']);
});

it('leaves out what is loaded later, but for what sign-in needs', () => {
  const later = chunk('later.js', { moduleIds: ['/x/node_modules/ts-mls/index.js'] });
  const opaque = chunk('opaque.js', {
    moduleIds: ['/x/node_modules/@serenity-kit/opaque/esm/index.js'],
    imports: ['shared.js'],
  });
  expect(counted([chunk('entry.js', { isEntry: true }), later, opaque, chunk('shared.js')])).toEqual([
    'entry.js',
    'opaque.js',
    'shared.js',
  ]);
});

it('gives sizes after compression, in bytes', () => {
  const sizes: Sizes = new Map();
  const entry = chunk('entry.js', { isEntry: true, code: 'x'.repeat(100_000) });
  countNeeded({ 'entry.js': entry }, (part) => part.isEntry, sizes);
  expect(sizes.get('entry.js')).toBeLessThan(100);
});
