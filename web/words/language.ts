import { en, type Words } from './en.ts';
import { pseudo } from './pseudo.ts';

/** The languages of the dashboard, by their own names. */
export const LANGUAGES = { en: 'English', de: 'Deutsch', es: 'Español', fr: 'Français' } as const;
export type Language = keyof typeof LANGUAGES;

/** A language that runs from right to left with long texts, for tests: `?lang=pseudo`. */
const PSEUDO = 'pseudo';

export interface Spoken {
  /** A BCP 47 tag, for `lang`, dates and numbers. */
  readonly tag: string;
  readonly direction: 'ltr' | 'rtl';
  readonly words: Words;
}

const CHOICE = 'mediashelf:language';

const isLanguage = (text: string): text is Language => Object.hasOwn(LANGUAGES, text);

/** The chosen language, or the first of the browser's that the dashboard speaks. */
export const preferredLanguage = (): Language => {
  const chosen = localStorage.getItem(CHOICE);
  const wanted = [chosen, ...navigator.languages].map((tag) => tag?.slice(0, 2).toLowerCase() ?? '');
  return wanted.find(isLanguage) ?? 'en';
};

export const chooseLanguage = (language: Language): void => localStorage.setItem(CHOICE, language);

const LOADERS: Readonly<Record<Language, () => Promise<Words>>> = {
  en: async () => en,
  de: async () => (await import('./de.ts')).de,
  es: async () => (await import('./es.ts')).es,
  fr: async () => (await import('./fr.ts')).fr,
};

/** Loads the texts of the language that this page is to speak. */
export const loadSpoken = async (): Promise<Spoken> => {
  if (new URLSearchParams(location.search).get('lang') === PSEUDO)
    return { tag: 'en', direction: 'rtl', words: pseudo(en) };
  const tag = preferredLanguage();
  return { tag, direction: 'ltr', words: await LOADERS[tag]() };
};
