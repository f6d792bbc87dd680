import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { iconSprite } from './icons/sprite-plugin.ts';
import { keptLanguages } from './words/kept-languages.ts';

/** `/app/assets/<name>-<hash>`: the name of a file has the hash of its content, so that a browser keeps it for ever. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/app/',
  publicDir: false,
  plugins: [iconSprite(), keptLanguages()],
  build: {
    target: 'es2023',
    // Visitors of a share link load a page of their own, without the library.
    rolldownOptions: {
      input: ['index.html', 'shared.html'].map((name) => fileURLToPath(new URL(name, import.meta.url))),
    },
    emptyOutDir: true,
    // Inlined files would be `data:` addresses, which the policy of the page refuses for scripts and fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    reportCompressedSize: false,
    rolldownOptions: {
      // What the first page loads is one file: it compresses better than two dozen that share words.
      output: { codeSplitting: { groups: [{ name: 'first', tags: ['$initial'] }] } },
    },
  },
  worker: { format: 'es' },
});
