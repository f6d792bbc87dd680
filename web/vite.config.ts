import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { iconSprite } from './icons/sprite-plugin.ts';
import { keptLanguages } from './words/kept-languages.ts';

/** Builds the page for visitors of a share link in place of the dashboard: one build of both would share small files between them. */
const VISITORS = 'visitors';

/** `/app/assets/<name>-<hash>`: the name of a file has the hash of its content, so that a browser keeps it for ever. */
export default defineConfig(({ mode }) => ({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/app/',
  publicDir: false,
  plugins: [iconSprite(), keptLanguages()],
  build: {
    target: 'es2023',
    // Both pages are built at once, into a folder that is new.
    emptyOutDir: false,
    // Inlined files would be `data:` addresses, which the policy of the page refuses for scripts and fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: fileURLToPath(new URL(mode === VISITORS ? 'shared.html' : 'index.html', import.meta.url)),
      // What the first page loads is one file: it compresses better than two dozen that share words.
      output: { codeSplitting: { groups: [{ name: 'first', tags: ['$initial'] }] } },
    },
  },
  worker: { format: 'es' },
}));
