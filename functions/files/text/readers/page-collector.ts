import { cutText, type FileText, type PageRange, type TextPage } from '../../../domain/text.ts';
import { type Block, textOf } from './blocks.ts';
import { TEXT_LIMITS } from './text-limits.ts';

/** The text that a reader collects from a file; the language is detected later. */
export type ReadPages = Omit<FileText, 'language'>;

/** Puts the blocks of a file into pages, in order, for the requested pages and while there is room. */
export interface PageCollector {
  add(block: Block): void;
  /** Ends a page at a page break of the text; a page without text does not count. */
  breakPage(): void;
  /** Begins a sheet or slide, which counts also without text. */
  begin(name: string | null): void;
  /** No later text would be kept: reading can stop. */
  readonly isFull: boolean;
  /** `pageCount` is for readers that know it without having read all. */
  end(pageCount?: number): ReadPages;
}

/** An estimate: columns are aligned at the end. */
const sizeOf = (block: Block): number =>
  block.kind === 'paragraph'
    ? Buffer.byteLength(block.text) + 1
    : block.rows.reduce((sum, row) => row.reduce((line, cell) => line + Buffer.byteLength(cell) + 2, sum), 0);

export const collectPages = (
  preserveFormatting: boolean,
  range: PageRange | undefined,
  most: number = TEXT_LIMITS.text,
): PageCollector => {
  const { first, last } = range ?? { first: 1, last: Number.POSITIVE_INFINITY };
  const pages: TextPage[] = [];
  let number = 1;
  let name: string | null = null;
  let begun = false;
  let hasText = false;
  let blocks: Block[] = [];
  let left = most;
  let truncated = false;

  const close = (): void => {
    if (!begun && !hasText) return;
    if (number >= first && number <= last) {
      if (pages.length === TEXT_LIMITS.pages) truncated = true;
      else pages.push({ number, name, text: textOf(blocks, preserveFormatting), source: 'file', confidence: null });
    }
    blocks = [];
    hasText = false;
    number += 1;
  };

  return {
    add: (block) => {
      hasText = true;
      if (truncated || number < first || number > last) return;
      const size = sizeOf(block);
      truncated = size > left;
      if (!truncated) blocks.push(block);
      else if (block.kind === 'paragraph') blocks.push({ ...block, text: cutText(block.text, left) });
      left -= size;
    },
    breakPage: () => {
      close();
      begun = false;
    },
    begin: (next) => {
      close();
      begun = true;
      name = next;
    },
    get isFull() {
      return truncated;
    },
    end: (pageCount) => {
      close();
      return { pages, pageCount: pageCount ?? Math.max(1, number - 1), truncated };
    },
  };
};
