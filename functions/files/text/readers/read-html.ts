import { decodeText } from './decode-text.ts';
import { flowReader } from './flow-reader.ts';
import type { PageCollector } from './page-collector.ts';
import { parseHtml } from './parse-xml.ts';

/** Elements that a page does not show as text. */
const UNSEEN = new Set(['script', 'style', 'template', 'noscript', 'svg', 'math', 'iframe', 'object', 'select']);
const BLOCKS = new Set([
  ...['address', 'article', 'aside', 'blockquote', 'body', 'caption', 'dd', 'details', 'div', 'dl', 'dt', 'fieldset'],
  ...['figcaption', 'figure', 'footer', 'form', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'header', 'hr', 'li', 'main'],
  ...['nav', 'ol', 'p', 'pre', 'section', 'summary', 'title', 'ul'],
]);

/** Where a page must name its encoding (WHATWG, "prescan a byte stream"). */
const PRESCAN_BYTES = 1024;
const META = /<meta\s[^>]*?charset\s*=\s*["']?\s*([a-z0-9_:.-]{1,40})/i;

/** The encoding that a page names for itself. */
const namedEncoding = (bytes: Uint8Array): string | undefined =>
  META.exec(Buffer.from(bytes.subarray(0, PRESCAN_BYTES)).toString('latin1'))?.[1];

/** Reads the text of a page; nothing of it is executed or fetched. */
export const readHtml = async (bytes: Uint8Array, pages: PageCollector): Promise<void> => {
  const flow = flowReader(pages);
  let unseen = 0;
  let preformatted = 0;
  const newParagraph = (): void => {
    flow.closeParagraph({ keepEmpty: false });
    flow.openParagraph();
  };
  flow.openParagraph();
  await parseHtml(decodeText(bytes, namedEncoding(bytes)), {
    open: (name) => {
      if (UNSEEN.has(name)) unseen += 1;
      else if (name === 'br') flow.text('\n');
      else if (name === 'table') {
        newParagraph();
        flow.openTable();
      } else if (name === 'tr') flow.openRow();
      else if (name === 'td' || name === 'th') {
        flow.openCell();
        flow.openParagraph();
      } else if (BLOCKS.has(name)) newParagraph();
      if (name === 'pre') preformatted += 1;
    },
    close: (name) => {
      if (UNSEEN.has(name)) unseen -= 1;
      else if (name === 'td' || name === 'th') {
        flow.closeParagraph({ keepEmpty: false });
        flow.closeCell();
      } else if (name === 'tr') flow.closeRow();
      else if (name === 'table') flow.closeTable();
      else if (BLOCKS.has(name)) newParagraph();
      if (name === 'pre') preformatted -= 1;
    },
    text: (text) => {
      if (unseen === 0) flow.text(preformatted > 0 ? text : text.replace(/\s+/g, ' '));
    },
    isDone: () => pages.isFull,
  });
  flow.closeParagraph({ keepEmpty: false });
};
