import { pdfOf } from './least-files.ts';

/** A PDF of A4 pages, each with its upper half in a colour, given as red, green and blue from 0 to 1. */
export const colouredPages = (...colours: readonly string[]): Buffer => {
  const first = 3;
  const pages = colours.flatMap((colour, index) => {
    const drawing = `${colour} rg 0 421 595 421 re f`;
    const content = first + index * 2 + 1;
    return [
      `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents ${content} 0 R>>`,
      `<</Length ${drawing.length}>>\nstream\n${drawing}\nendstream`,
    ];
  });
  const kids = colours.map((_, index) => `${first + index * 2} 0 R`).join(' ');
  return pdfOf(['<</Type/Catalog/Pages 2 0 R>>', `<</Type/Pages/Kids[${kids}]/Count ${colours.length}>>`, ...pages]);
};
