import { PDFiumLibrary } from '@hyzyla/pdfium';
import { damagedFile, TextError } from '../../../domain/text.ts';
import type { Pixels } from '../../pictures/sharp.ts';
import { pageText } from './page-text.ts';
import { insideOf, type PDFiumPage } from './pdfium-module.ts';

/** A page of a PDF while it is open. */
export interface PdfPage {
  readonly text: string;
  /** The page as a picture to recognize text in; undefined for one that is empty. Throws `TOO_LARGE`. */
  draw(): Promise<Pixels | undefined>;
}

export interface Pdf {
  readonly pageCount: number;
  /** `number` counts from 1. A page that cannot be read is one without text. */
  withPage<T>(number: number, preserveFormatting: boolean, use: (page: PdfPage) => Promise<T>): Promise<T>;
  close(): void;
}

/** The best resolution for recognition. */
const DOTS_PER_INCH = 200;
const POINTS_PER_INCH = 72;
/** Sides of the picture of a page: A4 at 300 dpi has 3508. */
const LONGEST_SIDE = 4000;
/** Pictures inside of a page are decoded whole, at four bytes a pixel: a scan of A3 at 600 dpi has 70 million. */
const MOST_PIXELS = 80_000_000;
/** Objects that are searched for pictures; forms may nest. */
const MOST_OBJECTS = 20_000;

const IMAGE = 3;
const FORM = 5;

/** Opens a PDF in memory. Scripts in it do not run: this build of PDFium has no interpreter. */
export const openPdf = async (bytes: Uint8Array, wasm: ArrayBuffer): Promise<Pdf> => {
  const library = await PDFiumLibrary.init({ wasmBinary: wasm });
  const document = await library.loadDocument(bytes).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : '';
    if (!/password|security/i.test(message)) throw damagedFile(error);
    throw new TextError('ENCRYPTED', 'The file is protected by a password.', { cause: error });
  });
  return {
    pageCount: document.getPageCount(),
    withPage: async (number, preserveFormatting, use) => {
      const page = document.getPage(number - 1);
      const { module, handle } = insideOf(page);
      let isOpen = handle !== 0;
      const draw = async (): Promise<Pixels | undefined> => {
        if (!isOpen || !hasSomething(page)) return undefined;
        // The library closes a page after drawing it.
        isOpen = false;
        return drawPage(page);
      };
      try {
        return await use({ text: isOpen ? pageText(page, preserveFormatting) : '', draw });
      } finally {
        if (isOpen) module._FPDF_ClosePage(handle);
      }
    },
    close: () => {
      document.destroy();
      library.destroy();
    },
  };
};

const drawPage = async (page: PDFiumPage): Promise<Pixels | undefined> => {
  const { originalWidth, originalHeight } = page.getOriginalSize();
  const longest = Math.max(originalWidth, originalHeight);
  if (!(longest > 0)) return undefined;
  const scale = Math.min(DOTS_PER_INCH / POINTS_PER_INCH, LONGEST_SIDE / longest);
  const { data, width, height } = await page.render({
    width: Math.max(1, Math.round(originalWidth * scale)),
    height: Math.max(1, Math.round(originalHeight * scale)),
    colorSpace: 'Gray',
    render: 'bitmap',
  });
  return { data: Buffer.from(data.buffer, data.byteOffset, data.byteLength), width, height, channels: 1 };
};

/** Whether a page has any drawing; refuses one with pictures that are too large to be decoded. */
const hasSomething = (page: PDFiumPage): boolean => {
  const { module, handle } = insideOf(page);
  const size = module.wasmExports.malloc(8);
  let seen = 0;
  const visit = (object: number): void => {
    seen += 1;
    if (seen > MOST_OBJECTS) return;
    const type = module._FPDFPageObj_GetType(object);
    if (type === FORM) {
      const count = module._FPDFFormObj_CountObjects(object);
      for (let index = 0; index < count && seen <= MOST_OBJECTS; index += 1) {
        visit(module._FPDFFormObj_GetObject(object, index));
      }
    }
    if (type !== IMAGE || !module._FPDFImageObj_GetImagePixelSize(object, size, size + 4)) return;
    const [width = 0, height = 0] = module.HEAP32.subarray(size / 4, size / 4 + 2);
    if ((width >>> 0) * (height >>> 0) > MOST_PIXELS) {
      throw new TextError('TOO_LARGE', 'A picture in the file has more pixels than are decoded.');
    }
  };
  try {
    const count = module._FPDFPage_CountObjects(handle);
    for (let index = 0; index < count && seen <= MOST_OBJECTS; index += 1)
      visit(module._FPDFPage_GetObject(handle, index));
    return seen > 0;
  } finally {
    module.wasmExports.free(size);
  }
};
