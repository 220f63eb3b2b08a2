/**
 * The Markdown parser decodes entities by setting innerHTML in browsers, which Trusted Types refuse: a message with
 * an entity in a link would not be shown. The same package looks them up in a table elsewhere; this takes that.
 */
import type { Plugin } from 'vite';

const PACKAGE = 'decode-named-character-reference';

export function entitiesByTable(): Plugin {
  return {
    name: 'sotto-entities-by-table',
    enforce: 'pre',
    resolveId: {
      filter: { id: new RegExp(`^${PACKAGE}$`) },
      async handler(source, importer) {
        const found = await this.resolve(source, importer, { skipSelf: true });
        const table = found?.id.replace(/index\.dom\.js$/, 'index.js');
        if (table === undefined || table.includes('.dom.'))
          return this.error(`${PACKAGE} has other files now.`);
        return table;
      },
    },
  };
}
