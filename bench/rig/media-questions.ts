/** The fields of a record in a question, read one by one. */
export interface PlainRecord {
  readonly filename: string;
  readonly fileSize: number;
  readonly title: string | null;
  readonly kind: string;
  readonly tags: readonly string[];
}

/** A question to `GET /media`, and the records that it means. */
export interface Question {
  readonly query: Readonly<Record<string, string>>;
  readonly means: (record: PlainRecord) => boolean;
}

type Questions = Readonly<Record<string, Question>>;

const everything = (): boolean => true;
const saying =
  (...words: readonly string[]) =>
  ({ filename, title }: PlainRecord): boolean =>
    words.every((word) => `${filename} ${title ?? ''}`.toLowerCase().includes(word));
const tagged =
  (...slugs: readonly string[]) =>
  ({ tags }: PlainRecord): boolean =>
    slugs.every((slug) => tags.includes(slug));

/** Pages of the list. */
export const LIST_QUESTIONS: Questions = {
  'newest first': { query: {}, means: everything },
  'by name': { query: { orderBy: 'filename', orderDir: 'asc' }, means: everything },
  'by size': { query: { orderBy: 'fileSize', orderDir: 'desc' }, means: everything },
  'images only': { query: { type: 'image' }, means: ({ kind }) => kind === 'image' },
  'videos by name': {
    query: { type: 'video', orderBy: 'filename', orderDir: 'asc' },
    means: ({ kind }) => kind === 'video',
  },
};

/** Searches and filters by tags. Every record is called Holiday, half are a jpg or a png; one of each library is a zeppelin. */
export const SEARCH_QUESTIONS: Questions = {
  'a rare word': { query: { search: 'zeppelin' }, means: saying('zeppelin') },
  'a word that is everywhere': { query: { search: 'holiday' }, means: saying('holiday') },
  'two words, one rare': { query: { search: 'holiday zeppelin' }, means: saying('holiday', 'zeppelin') },
  'two common words': { query: { search: 'holiday jpg' }, means: saying('holiday', 'jpg') },
  'inside a word': { query: { search: 'ppelin' }, means: saying('ppelin') },
  'no match': { query: { search: 'quagga' }, means: saying('quagga') },
  'a common word by name': {
    query: { search: 'holiday', orderBy: 'filename', orderDir: 'asc' },
    means: saying('holiday'),
  },
  'one tag': { query: { tagSlugs: 'few' }, means: tagged('few') },
  'two tags': { query: { tagSlugs: 'few,many' }, means: tagged('few', 'many') },
  'a tag and a word': {
    query: { tagSlugs: 'many', search: 'holiday' },
    means: (record) => tagged('many')(record) && saying('holiday')(record),
  },
};
