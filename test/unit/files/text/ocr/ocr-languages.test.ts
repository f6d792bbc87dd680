import { describe, expect, it } from '@jest/globals';
import {
  OCR_LANGUAGE_CODES,
  ocrData,
  ocrPackage,
  parseLanguage,
  SHIPPED_OCR_LANGUAGES,
} from '../../../../../functions/domain/ocr-languages.ts';
import { detectLanguage } from '../../../../../functions/files/text/ocr/detect-language.ts';
import { openRecognizer } from '../../../../../functions/files/text/ocr/recognizer.ts';
import { writtenPicture } from '../../../../support/fixtures/written.ts';

/** A plain sentence in each language that is on by default, with letters of its own. */
const SENTENCES: Readonly<Record<(typeof SHIPPED_OCR_LANGUAGES)[number], string>> = {
  en: 'The bridge was closed for heavy carts and this is what they have been told',
  es: 'El puente está cerrado para los coches pero también hay otro muy cerca del río',
  fr: 'Le pont est fermé pour les voitures mais nous avons une autre route au bord de la rivière',
  de: 'Die Brücke ist nicht für schwere Wagen und wird auch nach der Flut nicht geöffnet',
  it: 'Il ponte è chiuso per le macchine ma anche questo sentiero della valle non è più aperto',
  pt: 'A ponte não está aberta para os carros mas também há uma estrada pela margem do rio',
  nl: 'De brug is niet open voor zware wagens maar er wordt ook een andere weg met borden aangegeven',
  pl: 'Most nie jest otwarty dla ciężkich wozów ale jest też inna droga przez las który był już znany',
  sv: 'Bron är inte öppen för tunga vagnar men det finns också en annan väg som har varit känd',
  tr: 'Köprü ağır arabalar için açık değil ancak bu kadar yakın olan daha küçük bir yol var',
};

describe('languages of recognition', () => {
  it.each([
    ['auto', 'auto'],
    ['EN', 'en'],
    ['eng', 'en'],
    ['pt-BR', 'pt'],
    ['nl_BE', 'nl'],
    ['jpn', 'ja'],
    ['zh', 'zh'],
    ['zh-CN', 'zh'],
    ['zh-TW', 'zh-hant'],
    ['zh_Hant_HK', 'zh-hant'],
    ['chi_tra', 'zh-hant'],
    ['chi_sim', 'zh'],
    ['fil', 'fil'],
    ['frk', 'frk'],
  ])('%s names %s', (text, language) => {
    expect(parseLanguage(text)).toBe(language);
  });

  it.each(['', 'xx', 'english', '../eng', 'constructor', '__proto__'])('%j names none', (text) => {
    expect(parseLanguage(text)).toBeUndefined();
  });

  it('have data of their own each, in a package whose name is safe to resolve', () => {
    expect(new Set(OCR_LANGUAGE_CODES.map(ocrData)).size).toBe(OCR_LANGUAGE_CODES.length);
    for (const code of OCR_LANGUAGE_CODES) expect(ocrPackage(code)).toMatch(/^@tesseract\.js-data\/[a-z_]+$/);
  });

  it.each(SHIPPED_OCR_LANGUAGES)('%s is detected from a sentence', (language) => {
    expect(detectLanguage(SENTENCES[language])).toBe(language);
  });

  it('are not detected from two words, or from words of a language without a list', () => {
    expect(detectLanguage('Bella Vista')).toBeNull();
    expect(detectLanguage('Silta on suljettu raskailta vaunuilta ja toinen tie kulkee metsän läpi')).toBeNull();
  });

  it.each(SHIPPED_OCR_LANGUAGES)('%s is read with its own letters', async (language) => {
    const recognizer = await openRecognizer([language]);
    try {
      const { text, confidence } = await recognizer.recognize(await writtenPicture([SENTENCES[language]], 1800), false);
      expect(text).toBe(SENTENCES[language]);
      expect(confidence).toBeGreaterThan(80);
    } finally {
      await recognizer.close();
    }
  });
});
