/**
 * Fails the build when the script that must be loaded before sign-in is usable, page and worker together, is over
 * budget. Counted, after brotli: everything that an entry of the page or of the device worker imports statically,
 * and the chunks that hold OPAQUE, wherever they are loaded from.
 */
import { brotliCompressSync, constants } from 'node:zlib';
import type { Plugin } from 'vite';

const BUDGET = 350_000;
/** Modules that sign-in needs though they are loaded lazily. */
const NEEDED = /@serenity-kit[\\/]opaque/;

/** What is read of a chunk of the build. */
export interface Chunk {
  readonly type: 'chunk';
  readonly fileName: string;
  readonly code: string;
  readonly isEntry: boolean;
  /** File names of chunks that it imports statically. */
  readonly imports: readonly string[];
  readonly moduleIds: readonly string[];
}

type Bundle = Readonly<Record<string, Chunk | { readonly type: 'asset' }>>;

/** One entry a file: its name and its size after brotli, in bytes. */
export type Sizes = Map<string, number>;

function compressedSize(code: string): number {
  return brotliCompressSync(code, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).byteLength;
}

/** Adds the chunks of `bundle` that are needed before sign-in to `sizes`. */
export function countNeeded(bundle: Bundle, isEntry: (chunk: Chunk) => boolean, sizes: Sizes): void {
  const add = (name: string): void => {
    const chunk = bundle[name];
    if (chunk?.type !== 'chunk' || sizes.has(name)) return;
    sizes.set(name, compressedSize(chunk.code));
    for (const imported of chunk.imports) add(imported);
  };
  for (const chunk of Object.values(bundle)) {
    if (chunk.type !== 'chunk') continue;
    if (isEntry(chunk) || chunk.moduleIds.some((id) => NEEDED.test(id))) add(chunk.fileName);
  }
}

/** The same object serves as plugin of the page (`page`) and of its workers (`worker`). */
export function sizeBudget(budget = BUDGET): { page: Plugin; worker: Plugin } {
  const sizes: Sizes = new Map();
  const page: Plugin = {
    name: 'sotto-size-budget',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        countNeeded(bundle, (chunk) => chunk.isEntry && chunk.fileName !== 'sw.js', sizes);
        const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
        const lines = [...sizes].map(([name, size]) => `  ${name} ${(size / 1000).toFixed(1)} kB`);
        const text = `Script before sign-in: ${(total / 1000).toFixed(1)} of ${budget / 1000} kB brotli`;
        this.info([text, ...lines].join('\n'));
        if (total > budget) this.error(`${text}. Load something of it later:\n${lines.join('\n')}`);
      },
    },
  };
  const worker: Plugin = {
    name: 'sotto-size-budget-worker',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        countNeeded(bundle, (chunk) => chunk.isEntry, sizes);
      },
    },
  };
  return { page, worker };
}
