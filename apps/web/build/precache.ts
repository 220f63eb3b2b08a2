/** Puts the list of built files into the service worker, so that the app opens without a connection. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin, Rolldown } from 'vite';

/** The free name in src/workers/sw.ts that the list takes the place of. */
const PLACE = '__PRECACHE__';
/** What chunks with words of passwords are called: as large as all else, and of use only where a server answers. */
export const DICTIONARY = 'dictionary';
const NOT_KEPT = new RegExp(`^(sw\\.js|headers\\.json|workers/${DICTIONARY}-.*)$|\\.map$`);

/** What a kept file was answered with is kept too. */
const HEADERS = 'headers.json';

/** @param folder of the files that are served as they are */
export function precachePlugin(folder: string): Plugin {
  return {
    name: 'sotto-precache',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const worker = bundle['sw.js'];
        if (worker?.type !== 'chunk') return this.error('sw.js is missing from the build.');
        if (!worker.code.includes(PLACE)) return this.error(`sw.js has no ${PLACE} to fill.`);
        const names = [...Object.keys(bundle), ...readdirSync(folder)]
          .filter((name) => !NOT_KEPT.test(name))
          .sort();
        const hash = createHash('sha256');
        for (const name of [...names, HEADERS]) {
          const file = bundle[name];
          const content = file === undefined ? readFileSync(join(folder, name)) : contentOf(file);
          hash.update(name).update(content);
        }
        const list = { version: hash.digest('hex').slice(0, 16), files: names.map((name) => `/${name}`) };
        worker.code = worker.code.replaceAll(PLACE, JSON.stringify(list));
      },
    },
  };
}

function contentOf(file: Rolldown.OutputAsset | Rolldown.OutputChunk): string | Uint8Array {
  return file.type === 'chunk' ? file.code : file.source;
}
