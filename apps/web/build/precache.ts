/** Puts the list of built files into the service worker, so that the app opens without a connection. */
import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

/** The free name in src/workers/sw.ts that the list takes the place of. */
const PLACE = '__PRECACHE__';
/** What chunks with words of passwords are called: as large as all else, and of use only where a server answers. */
export const DICTIONARY = 'dictionary';
const NOT_KEPT = new RegExp(`^(sw\\.js|headers\\.json|workers/${DICTIONARY}-.*)$|\\.map$`);

/** `extra` are files of public/, as paths from the root without the slash. */
export function precachePlugin(extra: readonly string[]): Plugin {
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
        const names = [...Object.keys(bundle), ...extra].filter((name) => !NOT_KEPT.test(name)).sort();
        const hash = createHash('sha256');
        for (const name of names) {
          const file = bundle[name];
          hash.update(name).update(file === undefined ? '' : file.type === 'chunk' ? file.code : file.source);
        }
        const list = { version: hash.digest('hex').slice(0, 16), files: names.map((name) => `/${name}`) };
        worker.code = worker.code.replaceAll(PLACE, JSON.stringify(list));
      },
    },
  };
}
