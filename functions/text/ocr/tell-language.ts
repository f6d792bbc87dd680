import type { OcrLanguage } from '../../domain/text.ts';

/** Words that no text of a language does without and that the others do not have. */
const WORDS: Readonly<Record<OcrLanguage, string>> = {
  en: 'the of and to is that for with was this are be from by not which you it have has were their will',
  es: 'el los las y que por para una con del se como más pero sus al este fue ha está son muy también',
  fr: 'le les et des est dans une pour qui que sur avec pas au ce il sont du été cette aux ont nous plus',
  de: 'der die und das ist nicht mit ein eine zu den von auf für dem des im sich auch wird nach wurde sind',
};

const LISTS = Object.entries(WORDS).map(
  ([language, words]) => [language as OcrLanguage, new Set(words.split(' '))] as const,
);

/** Enough to tell by; a longer text says no more. */
const LOOKED_AT = 20_000;
const LEAST_HITS = 3;
/** How many times as many words the best language must have as the next. */
const CLEARLY = 1.5;

/** The language of a text by its small words; null where they do not tell. */
export const tellLanguage = (text: string): OcrLanguage | null => {
  const words =
    text
      .slice(0, LOOKED_AT)
      .toLowerCase()
      .match(/\p{L}+/gu) ?? [];
  const [best, next] = LISTS.map(([language, list]) => ({
    language,
    hits: words.filter((word) => list.has(word)).length,
  })).sort((one, other) => other.hits - one.hits);
  if (!best || best.hits < LEAST_HITS || best.hits < CLEARLY * (next?.hits ?? 0)) return null;
  return best.language;
};
