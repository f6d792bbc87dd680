import type { Plugin } from 'vite';

const KEPT = /\/(?:en-US|de-DE|es-ES|fr-FR|ar-AE)\.m?js$/;
const LANGUAGE_FILE = /[\\/]intl[\\/].*[\\/][a-z]{2}-[A-Z]{2}\.m?js$/;

/**
 * Leaves out the texts of React Aria in languages that the dashboard does not speak: they are a third of the library. Arabic
 * stays for the made-up language that runs from right to left.
 */
export const keptLanguages = (): Plugin => ({
  name: 'kept-languages',
  enforce: 'pre',
  load: {
    filter: { id: LANGUAGE_FILE },
    handler: (id) => (KEPT.test(id) ? null : 'export default {};'),
  },
});
