import { describe, expect, it } from '@jest/globals';
import type { OcrLanguage } from '../../../../../functions/domain/ocr-languages.ts';
import { pictureReader } from '../../../../../functions/files/text/ocr/read-pictures.ts';
import type { Recognized } from '../../../../../functions/files/text/ocr/recognizer.ts';

const ALL: readonly OcrLanguage[] = ['en', 'es', 'fr', 'de'];
const GERMAN = 'Die Brücke ist nicht für schwere Wagen und auch nicht für Tiere';
const ENGLISH = 'The bridge is not for heavy carts and not for animals';

/** Reads pictures by a table of what is seen with which languages; answers what was opened as well. */
const reading = async (
  languages: readonly OcrLanguage[],
  see: (picture: string, with_: string) => Partial<Recognized>,
  ...pictures: readonly string[]
) => {
  const opened: string[] = [];
  let open = 0;
  const reader = pictureReader(languages, false, async (given) => {
    opened.push(given.join('+'));
    open += 1;
    return {
      recognize: async (picture) => {
        const seen = see(picture.toString(), given.join('+'));
        return { text: '', confidence: 0, unsureLines: 0, sureLines: 1, ...seen };
      },
      close: async () => {
        open -= 1;
      },
    };
  });
  const texts: string[] = [];
  for (const picture of pictures) texts.push((await reader.read(Buffer.from(picture))).text);
  await reader.close();
  expect(open).toBe(0);
  return { opened, texts };
};

describe('pictures in any language', () => {
  it('are read once when the first language is theirs', async () => {
    const see = () => ({ text: ENGLISH, confidence: 90 });
    expect(await reading(ALL, see, 'one', 'two')).toEqual({ opened: ['en'], texts: [ENGLISH, ENGLISH] });
  });

  it('are read again in their own language, and later ones in it alone', async () => {
    const see = (_: string, with_: string) =>
      with_ === 'de' ? { text: GERMAN, confidence: 95 } : { text: GERMAN.replaceAll('ü', 'ii'), confidence: 90 };
    expect(await reading(ALL, see, 'one', 'two')).toEqual({ opened: ['en', 'de'], texts: [GERMAN, GERMAN] });
  });

  it('are read with all languages when their words do not tell, until some do', async () => {
    const see = (picture: string, with_: string) => {
      if (picture === 'page') return { text: GERMAN, confidence: 95 };
      return with_ === 'en' ? { text: 'GroRe 42', confidence: 60 } : { text: 'Größe 42', confidence: 96 };
    };
    expect(await reading(ALL, see, 'sign', 'sign', 'page', 'page')).toEqual({
      opened: ['en', 'en+es+fr+de', 'de'],
      texts: ['Größe 42', 'Größe 42', GERMAN, GERMAN],
    });
  });

  it('are not read again when there is no print in them', async () => {
    const see = () => ({ text: 'pr', confidence: 55, unsureLines: 40, sureLines: 1 });
    expect(await reading(ALL, see, 'leaves')).toEqual({ opened: ['en'], texts: ['pr'] });
  });

  it('keep the reading with the higher confidence', async () => {
    const see = (_: string, with_: string) =>
      with_ === 'en' ? { text: 'A-17', confidence: 80 } : { text: 'Ä-I7', confidence: 70 };
    expect((await reading(ALL, see, 'plate')).texts).toEqual(['A-17']);
  });

  it('are read in the language that was asked for and no other', async () => {
    const see = () => ({ text: ENGLISH, confidence: 90 });
    expect((await reading(['de'], see, 'one')).opened).toEqual(['de']);
  });
});
