import { layOut, type Placed } from './layout.ts';
import { joinLines, type Line } from './paragraphs.ts';
import { insideOf, type PDFiumPage } from './pdfium-module.ts';

/** Characters of a page that are read; a printed page has some thousands. */
const MOST_CHARACTERS = 200_000;

/** The text layer of a page; empty if there is none. */
export const pageText = (page: PDFiumPage, preserveFormatting: boolean): string => {
  const characters = charactersOf(page);
  if (preserveFormatting) return layOut(lettersOf(characters));
  return joinLines(linesOf(characters));
};

const lettersOf = (characters: readonly Placed[]): readonly Placed[] =>
  characters.flatMap((each, index) => {
    if (each.text.trim() === '' || each.right <= each.left) return [];
    const afterSpace = characters[index - 1]?.text.trim() === '';
    return [{ ...each, text: each.text.replace('\ufffe', '-'), afterSpace }];
  });

const charactersOf = (page: PDFiumPage): readonly Placed[] => {
  const { module, handle } = insideOf(page);
  const text = module._FPDFText_LoadPage(handle);
  if (text === 0) return [];
  const box = module.wasmExports.malloc(16);
  try {
    const count = Math.min(module._FPDFText_CountChars(text), MOST_CHARACTERS);
    const rotation = module._FPDFPage_GetRotation(handle);
    return Array.from({ length: Math.max(0, count) }, (_, index) => {
      const code = module._FPDFText_GetUnicode(text, index);
      // The box of a letter's place in the line and not of its ink: neighbours touch, and a comma is as high as an H.
      const isThere = module._FPDFText_GetLooseCharBox(text, index, box);
      const [left = 0, top = 0, right = 0, bottom = 0] = isThere ? module.HEAPF32.subarray(box / 4, box / 4 + 4) : [];
      // Two marks for a hyphen that a line break made: which, depends on the font.
      const character = code === 2 ? '\ufffe' : code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
      return { text: character, ...turned({ left, right, bottom, top }, rotation) };
    });
  } finally {
    module.wasmExports.free(box);
    module._FPDFText_ClosePage(text);
  }
};

type Box = Omit<Placed, 'text'>;

/** From the space of the page, where up is more, to how a person sees it: turned by quarters, and down is more. */
const turned = ({ left, right, bottom, top }: Box, quarters: number): Box => {
  if (quarters === 1) return { left: bottom, right: top, top: left, bottom: right };
  if (quarters === 2) return { left: -right, right: -left, top: bottom, bottom: top };
  if (quarters === 3) return { left: -top, right: -bottom, top: -right, bottom: -left };
  return { left, right, top: -top, bottom: -bottom };
};

/** The lines as PDFium finds them, each with the box of its letters. */
const linesOf = (characters: readonly Placed[]): readonly Line[] => {
  const lines: Line[] = [];
  let line: Placed[] = [];
  const end = (): void => {
    const letters = line.filter(({ text }) => text.trim() !== '');
    const text = line
      .map(({ text }) => text)
      .join('')
      .replace(/\s+/gu, ' ')
      .trim();
    line = [];
    if (letters.length === 0) return;
    lines.push({
      text,
      left: letters.reduce((least, { left }) => Math.min(least, left), Number.POSITIVE_INFINITY),
      right: letters.reduce((most, { right }) => Math.max(most, right), Number.NEGATIVE_INFINITY),
      top: letters.reduce((least, { top }) => Math.min(least, top), Number.POSITIVE_INFINITY),
      bottom: letters.reduce((most, { bottom }) => Math.max(most, bottom), Number.NEGATIVE_INFINITY),
    });
  };
  for (const each of characters) {
    if (each.text === '\n') end();
    else if (each.text !== '\r') line.push(each);
    // A hyphen that PDFium found at the end of a line replaces the line break as well.
    if (each.text === '\ufffe') end();
  }
  end();
  return lines;
};
