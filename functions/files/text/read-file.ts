import { OCR_LANGUAGE_CODES, type OcrLanguage } from '../../domain/ocr-languages.ts';
import { type FileText, textSource } from '../../domain/text.ts';
import { detectLanguage } from './ocr/detect-language.ts';
import type { ReadFileInput } from './read-file-input.ts';
import type { ReadPages } from './readers/page-collector.ts';

/** Reads the text of any file that has some. Throws a `TextError`, or `TYPE_NOT_ALLOWED`. */
export const readFile = async (input: ReadFileInput): Promise<FileText> => {
  const read = await readPages(input);
  const language = detectLanguage(read.pages.map(({ text }) => text).join('\n'));
  return { ...read, language };
};

const expected = ({ options, languages }: ReadFileInput): readonly OcrLanguage[] =>
  options.language === 'auto' ? languages : OCR_LANGUAGE_CODES.filter((each) => each === options.language);

const readPages = async (input: ReadFileInput): Promise<ReadPages> => {
  const { mimeType, options } = input;
  const bytes = Buffer.from(input.bytes.buffer, input.bytes.byteOffset, input.bytes.byteLength);
  if (textSource(mimeType) === 'read') {
    const { readDocument } = await import('./readers/read-document.ts');
    return readDocument(bytes, mimeType, options);
  }
  if (mimeType === 'application/pdf') {
    const { readPdf } = await import('./read-pdf.ts');
    const hasTime = (): boolean => Date.now() < input.until;
    return readPdf(bytes, {
      ...options,
      languages: expected(input),
      hasTime,
      wasm: await input.pdfium(),
      onPages: input.onPages,
    });
  }
  return readPicture(bytes, input);
};

/** A picture is one page. */
const readPicture = async (bytes: Buffer, input: ReadFileInput): Promise<ReadPages> => {
  const { preparePicture } = await import('./ocr/prepare-picture.ts');
  const { pictureReader } = await import('./ocr/read-pictures.ts');
  const pictures = pictureReader(expected(input), input.options.preserveFormatting);
  try {
    const { text, confidence } = await pictures.read(await preparePicture(bytes));
    const isAsked = (input.options.pages?.first ?? 1) === 1;
    return {
      pages: isAsked ? [{ number: 1, name: null, source: 'ocr', text, confidence }] : [],
      pageCount: 1,
      truncated: false,
    };
  } finally {
    await pictures.close();
  }
};
