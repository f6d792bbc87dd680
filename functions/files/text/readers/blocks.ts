/** The text content of a document. */
export type Block =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'table'; readonly rows: readonly (readonly string[])[] };

/** Wider cells extend beyond their column instead of moving all others to the right. */
const WIDEST_COLUMN = 40;
const GAP = '  ';

const lengthOf = (text: string): number => [...text].length;

const oneLine = (text: string): string => text.replace(/\s+/gu, ' ').trim();

const aligned = (rows: readonly (readonly string[])[]): readonly string[] => {
  const cells = rows.map((row) => row.map(oneLine));
  const widths: number[] = [];
  for (const row of cells) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, Math.min(lengthOf(cell), WIDEST_COLUMN));
    });
  }
  return cells.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - lengthOf(cell))))
      .join(GAP)
      .trimEnd(),
  );
};

const flowing = (rows: readonly (readonly string[])[]): readonly string[] =>
  rows.map((row) =>
    row
      .map(oneLine)
      .filter((cell) => cell !== '')
      .join(' '),
  );

/** The text of blocks: a line for each paragraph and row; with `preserveFormatting` tables keep their columns. */
export const textOf = (blocks: readonly Block[], preserveFormatting: boolean): string =>
  blocks
    .flatMap((block) => {
      if (block.kind === 'table') return preserveFormatting ? aligned(block.rows) : flowing(block.rows);
      if (preserveFormatting) return [block.text.trimEnd()];
      const text = oneLine(block.text);
      return text === '' ? [] : [text];
    })
    .join('\n')
    .replace(/^\n+/u, '')
    .trimEnd();
