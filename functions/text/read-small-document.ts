import type { FileText, TextOptions } from '../domain/text.ts';
import { tellLanguage } from './ocr/tell-language.ts';
import { readDocument } from './readers/read-document.ts';

/** Reads a document that needs neither PDFium nor recognition. */
export const readSmallDocument = async (bytes: Buffer, mimeType: string, options: TextOptions): Promise<FileText> => {
  const read = await readDocument(bytes, mimeType, options);
  return { ...read, language: tellLanguage(read.pages.map(({ text }) => text).join('\n')) };
};
