import type { OcrLanguage } from '../../../domain/ocr-languages.ts';
import { detectLanguage } from './detect-language.ts';
import { openRecognizer, type Recognized, type Recognizer } from './recognizer.ts';

/** Recognizes the pictures of one file, one after the other. */
export interface PictureReader {
  read(picture: Buffer): Promise<Recognized>;
  close(): Promise<void>;
}

/**
 * So many lines of low confidence, and so many for each one of high confidence, are leaves, fur and walls: no other language
 * reads them better.
 */
const MANY_LINES = 8;
const UNSURE_FOR_EACH_SURE = 4;

/** How many languages one picture is read with at once: each takes its time and its memory. */
const MOST_AT_ONCE = 4;

const isNoPrint = ({ unsureLines, sureLines }: Recognized): boolean =>
  unsureLines >= MANY_LINES && unsureLines >= UNSURE_FOR_EACH_SURE * sureLines;

/**
 * With one language, that one is used. With several, the first picture is read with the first of them, which also recognizes
 * the small words of the others. When these show the language, later pictures are read with that one alone, and so is this one
 * again, if it was another. When they do not, as on a sign of two words, it is read again with the first four languages at
 * once; that takes several times as long, and is skipped if there is no text. The reading with the higher confidence counts.
 */
export const pictureReader = (
  languages: readonly OcrLanguage[],
  preserveFormatting: boolean,
  open: (languages: readonly OcrLanguage[]) => Promise<Recognizer> = openRecognizer,
): PictureReader => {
  let opened: { readonly languages: readonly OcrLanguage[]; readonly recognizer: Recognizer } | undefined;
  let next: readonly OcrLanguage[] = languages.slice(0, 1);
  let isSettled = languages.length < 2;
  const together = languages.slice(0, MOST_AT_ONCE);

  const recognize = async (picture: Buffer): Promise<Recognized> => {
    if (opened?.languages !== next) {
      await opened?.recognizer.close();
      opened = undefined;
      opened = { languages: next, recognizer: await open(next) };
    }
    return opened.recognizer.recognize(picture, preserveFormatting);
  };

  /** Which languages are better than those used for this reading; undefined when none is. */
  const better = (first: Recognized): readonly OcrLanguage[] | undefined => {
    const told = detectLanguage(first.text);
    if (told !== null && languages.includes(told)) {
      isSettled = true;
      return next.length === 1 && next[0] === told ? undefined : [told];
    }
    return next === together || isNoPrint(first) ? undefined : together;
  };

  return {
    read: async (picture) => {
      const first = await recognize(picture);
      const again = isSettled ? undefined : better(first);
      if (!again) return first;
      next = again;
      const second = await recognize(picture);
      return second.confidence >= first.confidence ? second : first;
    },
    close: async () => opened?.recognizer.close(),
  };
};
