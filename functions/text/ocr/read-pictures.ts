import type { OcrLanguage } from '../../domain/text.ts';
import { openRecognizer, type Recognized, type Recognizer } from './recognizer.ts';
import { tellLanguage } from './tell-language.ts';

/** Recognizes the pictures of one file, one after the other. */
export interface PictureReader {
  read(picture: Buffer): Promise<Recognized>;
  close(): Promise<void>;
}

/** Below this the first reading is taken as it is: letters of many alphabets would not make it better. */
const SURE = 99;

/**
 * With one language, that is what is read. With several, the first picture is read with all of them at once, which takes
 * little longer than one and confuses some letters; when its words tell the language, it is read again with that one
 * alone, the surer reading counts, and later pictures are read with that language alone.
 */
export const pictureReader = (
  languages: readonly OcrLanguage[],
  preserveFormatting: boolean,
  open: (languages: readonly OcrLanguage[]) => Promise<Recognizer> = openRecognizer,
): PictureReader => {
  let recognizer: Recognizer | undefined;
  let isSettled = languages.length < 2;

  const settle = async (picture: Buffer, first: Recognized): Promise<Recognized> => {
    const language = tellLanguage(first.text);
    if (language === null || !languages.includes(language)) return first;
    isSettled = true;
    if (first.confidence >= SURE) return first;
    await recognizer?.close();
    recognizer = await open([language]);
    const second = await recognizer.recognize(picture, preserveFormatting);
    return second.confidence >= first.confidence ? second : first;
  };

  return {
    read: async (picture) => {
      recognizer ??= await open(languages);
      const recognized = await recognizer.recognize(picture, preserveFormatting);
      return isSettled ? recognized : settle(picture, recognized);
    },
    close: async () => recognizer?.close(),
  };
};
