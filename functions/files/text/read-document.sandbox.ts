/** A thread that reads the text of one document, and ends. */
import type { FileText, TextOptions } from '../../domain/text.ts';
import { answerInThread } from '../../sandbox/in-thread.ts';
import { detectLanguage } from './ocr/detect-language.ts';
import { readDocument } from './readers/read-document.ts';
import { wordReading } from './reading-answer.ts';

/** The document to read, and the options. */
export interface DocumentTask {
  readonly bytes: Uint8Array;
  readonly mimeType: string;
  readonly options: TextOptions;
}

const textOf = async ({ bytes, mimeType, options }: DocumentTask): Promise<FileText> => {
  const read = await readDocument(Buffer.from(bytes), mimeType, options);
  return { ...read, language: detectLanguage(read.pages.map(({ text }) => text).join('\n')) };
};

await answerInThread((task: DocumentTask) => wordReading(textOf(task)));
