import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Worker } from 'tesseract.js';
import { type OcrLanguage, ocrData } from '../../../domain/ocr-languages.ts';
import { layOut, type Placed } from '../pdf/layout.ts';

/** Text that was recognized in a picture. */
export interface Recognized {
  readonly text: string;
  /** 0 to 100: the mean confidence of the words. */
  readonly confidence: number;
  /** Lines whose confidence is too low to be kept. */
  readonly unsureLines: number;
  readonly sureLines: number;
}

/** Tesseract with the data of some languages, in a thread of its own. */
export interface Recognizer {
  recognize(picture: Buffer, preserveFormatting: boolean): Promise<Recognized>;
  close(): Promise<void>;
}

/** By `require`: on Lambda the packages are in a layer, which `import` does not search. */
const require = createRequire(import.meta.url);

/** The integer models: as good as the best ones on print, at a third of the time. */
const MODELS = '4.0.0_best_int';
const LSTM_ONLY = 1;

/** Lines of lower confidence are noise of a photograph without text. */
const LEAST_SURE = 50;

const dataOf = (code: string): string =>
  join(dirname(require.resolve(`@tesseract.js-data/${code}/package.json`)), MODELS, `${code}.traineddata.gz`);

/**
 * Starts Tesseract. It looks for its languages in one folder, and each has a separate package: they are linked into one while
 * it loads them. With a folder on the disk and no cache nothing is downloaded, or written.
 */
export const openRecognizer = async (languages: readonly OcrLanguage[]): Promise<Recognizer> => {
  const { createWorker } = require('tesseract.js') as typeof import('tesseract.js');
  const codes = languages.map(ocrData);
  const langPath = mkdtempSync(join(tmpdir(), 'tessdata-'));
  let worker: Worker;
  try {
    for (const code of codes) symlinkSync(dataOf(code), join(langPath, `${code}.traineddata.gz`));
    // Without a handler, an error of its thread would be an uncaught exception.
    const errorHandler = (): void => undefined;
    worker = await createWorker(codes, LSTM_ONLY, { langPath, cacheMethod: 'none', gzip: true, errorHandler });
  } finally {
    rmSync(langPath, { recursive: true, force: true });
  }
  return {
    recognize: async (picture, preserveFormatting) => {
      const { data } = await worker.recognize(picture, {}, { text: false, blocks: true });
      const paragraphs = (data.blocks ?? []).flatMap((block) => block.paragraphs);
      const kept = paragraphs
        .map(({ lines }) => lines.filter(({ confidence, text }) => confidence >= LEAST_SURE && text.trim() !== ''))
        .filter((lines) => lines.length > 0);
      const sureLines = kept.flat().length;
      const unsureLines = paragraphs.flatMap(({ lines }) => lines).length - sureLines;
      const words = kept.flatMap((lines) => lines.flatMap((line) => line.words));
      if (words.length === 0) return { text: '', confidence: 0, unsureLines, sureLines };
      const confidence = Math.round(words.reduce((sum, word) => sum + word.confidence, 0) / words.length);
      const text = preserveFormatting
        ? layOut(
            words.map(
              ({ text, bbox }): Placed => ({ text, left: bbox.x0, right: bbox.x1, top: bbox.y0, bottom: bbox.y1 }),
            ),
          )
        : kept.map((lines) => joined(lines.map(({ text }) => text.trim()))).join('\n');
      return { text, confidence, unsureLines, sureLines };
    },
    close: async () => {
      await worker.terminate();
    },
  };
};

/** Lines of one paragraph; a hyphen between small letters is the line's. */
const joined = (lines: readonly string[]): string =>
  lines.reduce((text, line) =>
    /\p{Ll}-$/u.test(text) && /^\p{Ll}/u.test(line) ? text.slice(0, -1) + line : `${text} ${line}`,
  );
