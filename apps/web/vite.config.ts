import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressPlugin } from './build/compress.ts';
import { entitiesByTable } from './build/entities-by-table.ts';
import { DICTIONARY, precachePlugin } from './build/precache.ts';
import { securityHeadersPlugin } from './build/security-headers.ts';
import { sizeBudget } from './build/size-budget.ts';
import { themeCssPlugin } from './build/theme-css.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const budget = sizeBudget();

export default defineConfig({
  root: at('.'),
  plugins: [
    react(),
    entitiesByTable(),
    themeCssPlugin(),
    securityHeadersPlugin(),
    precachePlugin(at('public')),
    budget.page,
    compressPlugin(),
  ],
  worker: {
    format: 'es',
    plugins: () => [budget.worker],
    rolldownOptions: {
      output: {
        entryFileNames: 'workers/[name]-[hash].js',
        chunkFileNames: ({ moduleIds }) =>
          moduleIds.some((id) => id.includes('/@zxcvbn-ts/language-'))
            ? `workers/${DICTIONARY}-[hash].js`
            : 'workers/[name]-[hash].js',
        assetFileNames: 'workers/[name]-[hash][extname]',
      },
    },
  },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // A data: URL would need its own exception in the policy.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { main: at('index.html'), sw: at('src/workers/sw.ts') },
      output: { entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
    },
  },
});
