import type { PDFiumDocument, PDFiumPage } from '@hyzyla/pdfium';

/**
 * The functions of PDFium itself that the library's classes do not wrap; `text` is a text page, a rectangle is four floats:
 * left, top, right, bottom.
 */
export interface PdfiumModule {
  readonly HEAPF32: Float32Array;
  readonly HEAP32: Int32Array;
  readonly wasmExports: { malloc(bytes: number): number; free(pointer: number): void };
  _FPDF_ClosePage(page: number): void;
  _FPDFPage_GetRotation(page: number): number;
  _FPDFPage_CountObjects(page: number): number;
  _FPDFPage_GetObject(page: number, index: number): number;
  _FPDFPageObj_GetType(object: number): number;
  _FPDFFormObj_CountObjects(form: number): number;
  _FPDFFormObj_GetObject(form: number, index: number): number;
  _FPDFImageObj_GetImagePixelSize(object: number, width: number, height: number): number;
  _FPDFText_LoadPage(page: number): number;
  _FPDFText_ClosePage(text: number): void;
  _FPDFText_CountChars(text: number): number;
  _FPDFText_GetUnicode(text: number, index: number): number;
  _FPDFText_GetLooseCharBox(text: number, index: number, rectangle: number): number;
}

/** The library's private module and handle. */
export const insideOf = (page: PDFiumPage): { module: PdfiumModule; handle: number } => {
  const { module, pageIdx } = page as unknown as { module: PdfiumModule; pageIdx: number };
  return { module, handle: pageIdx };
};

export type { PDFiumDocument, PDFiumPage };
