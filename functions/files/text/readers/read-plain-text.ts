import { decodeText } from './decode-text.ts';
import type { PageCollector } from './page-collector.ts';

/** Reads text as it is, or with its lines joined to paragraphs. A form feed ends a page. */
export const readPlainText = (bytes: Uint8Array, pages: PageCollector, preserveFormatting: boolean): void => {
  for (const page of decodeText(bytes).split('\f')) {
    if (pages.isFull) return;
    pages.breakPage();
    if (preserveFormatting) pages.add({ kind: 'paragraph', text: page });
    else for (const text of page.split(/\n\s*\n/)) pages.add({ kind: 'paragraph', text });
  }
};
