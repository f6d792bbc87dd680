import type { OcrLanguage } from '../../../domain/ocr-languages.ts';

/** Small words that every text of a language has. A language without a list is never detected. */
const WORDS: Readonly<Partial<Record<OcrLanguage, string>>> = {
  en: 'the of and to is that for with was this are be from by not which you it have has were their will they can would',
  es: 'el los las y que por para una con del se como más pero sus al este fue ha está son muy también hay porque desde',
  fr: 'le les et des est dans une pour qui que sur avec pas au ce il sont du été cette aux ont nous plus vous mais leur',
  de: 'der die und das ist nicht mit ein eine zu den von auf für dem des im sich auch wird nach wurde sind oder werden',
  it: 'il di che è per non una sono della con gli del anche nel alla più dei questo come dalla lo nella delle degli essere',
  pt: 'o que não do da em um uma os para com mais por dos das ao pelo também foi são mas à pela está sua seu ou você',
  nl: 'het een van en dat niet voor zijn op te met aan er maar om ook als bij door wordt naar heeft deze worden werd uit',
  pl: 'w i na się nie z że jest od przez jak po oraz dla co są był ale za tym jego przy może który która tego czy już',
  sv: 'och att det som en är på av för med den till inte har ett om var jag från kan ska eller vid också detta när sig',
  tr: 've bir bu için ile da de çok daha olarak gibi olan kadar sonra ancak değil ise her mi olduğu göre tarafından ya',
};

const wordsOf = (list: string): readonly string[] => list.split(' ');
const spoken = Object.values(WORDS).flatMap(wordsOf);
/** Words of two languages show neither. */
const isOfOne = (word: string): boolean => spoken.indexOf(word) === spoken.lastIndexOf(word);

const LISTS = Object.entries(WORDS).map(
  ([language, list]) => [language as OcrLanguage, new Set(wordsOf(list).filter(isOfOne))] as const,
);

/** Enough to decide; a longer text shows no more. */
const LOOKED_AT = 20_000;
const LEAST_HITS = 3;
/** How many times as many words the best language must have as the next. */
const CLEARLY = 1.5;

/** The language of a text by its small words; null if they do not show it. */
export const detectLanguage = (text: string): OcrLanguage | null => {
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
