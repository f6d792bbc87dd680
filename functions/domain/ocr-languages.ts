/**
 * Languages that Tesseract has data for: the code of people (ISO 639-1 where there is one, else ISO 639-3), and the code
 * of the data, which is the name of its npm package behind `@tesseract.js-data/`.
 */
const OCR_DATA = {
  af: 'afr',
  am: 'amh',
  ar: 'ara',
  as: 'asm',
  az: 'aze',
  be: 'bel',
  bg: 'bul',
  bn: 'ben',
  bo: 'bod',
  br: 'bre',
  bs: 'bos',
  ca: 'cat',
  ceb: 'ceb',
  co: 'cos',
  cs: 'ces',
  cy: 'cym',
  da: 'dan',
  de: 'deu',
  dv: 'div',
  dz: 'dzo',
  el: 'ell',
  en: 'eng',
  enm: 'enm',
  eo: 'epo',
  es: 'spa',
  et: 'est',
  eu: 'eus',
  fa: 'fas',
  fi: 'fin',
  fil: 'fil',
  fo: 'fao',
  fr: 'fra',
  frk: 'frk',
  fy: 'fry',
  ga: 'gle',
  gd: 'gla',
  gl: 'glg',
  gu: 'guj',
  he: 'heb',
  hi: 'hin',
  hr: 'hrv',
  ht: 'hat',
  hu: 'hun',
  hy: 'hye',
  id: 'ind',
  is: 'isl',
  it: 'ita',
  iu: 'iku',
  ja: 'jpn',
  jv: 'jav',
  ka: 'kat',
  kk: 'kaz',
  km: 'khm',
  kn: 'kan',
  ko: 'kor',
  ku: 'kur',
  ky: 'kir',
  la: 'lat',
  lb: 'ltz',
  lo: 'lao',
  lt: 'lit',
  lv: 'lav',
  mi: 'mri',
  mk: 'mkd',
  ml: 'mal',
  mn: 'mon',
  mr: 'mar',
  ms: 'msa',
  mt: 'mlt',
  my: 'mya',
  ne: 'nep',
  nl: 'nld',
  no: 'nor',
  oc: 'oci',
  or: 'ori',
  pa: 'pan',
  pl: 'pol',
  ps: 'pus',
  pt: 'por',
  qu: 'que',
  ro: 'ron',
  ru: 'rus',
  sa: 'san',
  sd: 'snd',
  si: 'sin',
  sk: 'slk',
  sl: 'slv',
  sq: 'sqi',
  sr: 'srp',
  su: 'sun',
  sv: 'swe',
  sw: 'swa',
  syr: 'syr',
  ta: 'tam',
  te: 'tel',
  tg: 'tgk',
  th: 'tha',
  ti: 'tir',
  to: 'ton',
  tr: 'tur',
  tt: 'tat',
  ug: 'uig',
  uk: 'ukr',
  ur: 'urd',
  uz: 'uzb',
  vi: 'vie',
  yi: 'yid',
  yo: 'yor',
  zh: 'chi_sim',
  'zh-hant': 'chi_tra',
} as const;

export type OcrLanguage = keyof typeof OCR_DATA;

/** Every language that a deployment can name, in the order of its codes. */
export const OCR_LANGUAGE_CODES = Object.keys(OCR_DATA) as readonly OcrLanguage[];

/** Languages whose data is installed with the project, in the order in which recognition tries them. */
export const SHIPPED_OCR_LANGUAGES = [
  'en',
  'es',
  'fr',
  'de',
  'it',
  'pt',
  'nl',
  'pl',
  'sv',
  'tr',
] as const satisfies readonly OcrLanguage[];

/** The code of a language's data. */
export const ocrData = (language: OcrLanguage): string => OCR_DATA[language];

/** The npm package with a language's data. */
export const ocrPackage = (language: OcrLanguage): string => `@tesseract.js-data/${OCR_DATA[language]}`;

/** Names that say which script Chinese is written in (BCP 47 regions stand for the script that is usual there). */
const TRADITIONAL = /^(zh[-_](hant|tw|hk|mo)|chi_tra)(?![a-z])/;

/** `en`, `eng` or `en-GB` as the language that it names; undefined for one that Tesseract has no data for. */
export const parseLanguage = (text: string): 'auto' | OcrLanguage | undefined => {
  const name = text.toLowerCase();
  if (name === 'auto') return 'auto';
  if (TRADITIONAL.test(name)) return 'zh-hant';
  const [code = ''] = name.split(/[-_]/, 1);
  return OCR_LANGUAGE_CODES.find((each) => each === code || OCR_DATA[each] === code || OCR_DATA[each] === name);
};
