import { PDFiumLibrary } from '@hyzyla/pdfium';
import { readDecoder } from './decoder-file.ts';
import { noPreview, type PreviewRenderer } from './preview.ts';

/** PDFium reads a document from memory; a larger one is not loaded. */
export const MAX_PDF_BYTES = 48 * 2 ** 20;

const reasonOf = (error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  return noPreview(/password|security/i.test(message) ? 'encrypted' : 'broken', message);
};

/** Draws one page of a PDF as large as the box, on white. Scripts never run: this PDFium has no interpreter. */
export const makePdf: PreviewRenderer = async (source, { page, box }) => {
  if (source.size > MAX_PDF_BYTES) return noPreview('too-large');
  const wasm = await readDecoder('pdfium.wasm');
  const library = await PDFiumLibrary.init({ wasmBinary: new Uint8Array(wasm).buffer });
  const bytes = await source.read(0, source.size);
  const document = await library.loadDocument(bytes).catch(reasonOf);
  if ('kind' in document) return document;
  const pages = document.getPageCount();
  if (pages === 0) return noPreview('broken', 'no pages');
  if (page > pages) return noPreview('no-page');
  const drawn = document.getPage(page - 1);
  const { originalWidth, originalHeight } = drawn.getOriginalSize();
  if (!(originalWidth > 0 && originalHeight > 0)) return noPreview('broken', 'a page without a size');
  // Both sides are given, so that a page of any shape has at most box x box pixels, and at least one each way.
  const scale = box / Math.max(originalWidth, originalHeight);
  const { data, width, height } = await drawn.render({
    width: Math.max(1, Math.round(originalWidth * scale)),
    height: Math.max(1, Math.round(originalHeight * scale)),
    render: 'bitmap',
    renderFormFields: true,
  });
  return { kind: 'picture', picture: { data: new Uint8Array(data), width, height, channels: 4 } };
};
