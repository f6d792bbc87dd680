import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Plugin } from 'vite';
import { ICONS } from './icon-names.ts';

const { resolve } = createRequire(import.meta.url);
const RESOLVED = '\0virtual:icons';

const symbolOf = (name: string, drawing: string): string => {
  const svg = readFileSync(resolve(`lucide-static/icons/${drawing}.svg`), 'utf8');
  const inside = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(svg)?.[1] ?? '';
  return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${inside.replace(/\s*\n\s*/g, '')}</symbol>`;
};

/** Draws all icons into one file at the build; `virtual:icons` is its address. */
export const iconSprite = (): Plugin => ({
  name: 'icon-sprite',
  resolveId: { filter: { id: /^virtual:icons$/ }, handler: () => RESOLVED },
  load: {
    filter: { id: new RegExp(`^${RESOLVED}$`) },
    handler() {
      const symbols = Object.entries(ICONS).map(([name, drawing]) => symbolOf(name, drawing));
      const source = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>`;
      const file = this.emitFile({ type: 'asset', name: 'icons.svg', source });
      return `export default import.meta.ROLLUP_FILE_URL_${file};`;
    },
  },
});
