import { MediaError } from './errors.ts';

/** Why the text of a file cannot be read; a retry does not change it. */
export const TEXT_FAULTS = ['ENCRYPTED', 'DAMAGED', 'TOO_LARGE', 'TIME_LIMIT'] as const;
export type TextFault = (typeof TEXT_FAULTS)[number];

/** Why an extraction failed: a fault of the file, a type without a reader, or a read that failed at every attempt. */
export type TextFailure = TextFault | 'TYPE_NOT_ALLOWED' | 'UNREADABLE';

/** A file whose text cannot be read. The message is a sentence for people, without paths or messages of libraries. */
export class TextError extends Error {
  override readonly name = 'TextError';
  readonly code: TextFault;
  constructor(code: TextFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export const damagedFile = (cause?: unknown): TextError =>
  new TextError('DAMAGED', 'The file is damaged or is not what its type says.', { cause });

/** A separate part of a document: a page, a sheet or a slide. */
export interface TextPage {
  /** Counts from 1. */
  readonly number: number;
  /** The name of a sheet. */
  readonly name: string | null;
  readonly text: string;
  /** Whether the text is in the file, or was recognized in a picture. */
  readonly source: 'file' | 'ocr';
  /** 0 to 100, of recognized text. */
  readonly confidence: number | null;
}

/** The text of a file, or of the requested pages of it. */
export interface FileText {
  readonly pages: readonly TextPage[];
  /** Of the whole file. */
  readonly pageCount: number;
  /** The requested pages have more text than one answer carries; a later range of pages returns the further pages. */
  readonly truncated: boolean;
  /** ISO 639-1, by the words of the text; null if they do not show it. */
  readonly language: string | null;
}

/** All pages as one text, a blank line between them. */
export const joinedText = (pages: readonly TextPage[]): string => pages.map(({ text }) => text).join('\n\n');

/**
 * The beginning of a text that has at most so many bytes, in whole characters. Half a character, which the fonts of a PDF may
 * stand for, is replaced: DynamoDB stores none.
 */
export const cutText = (text: string, bytes: number): string => {
  // No character of UTF-16 takes more than three bytes of UTF-8.
  if (text.length * 3 <= bytes) return text.toWellFormed();
  const room = new Uint8Array(Math.max(0, bytes));
  return text.slice(0, new TextEncoder().encodeInto(text, room).read).toWellFormed();
};

/** From and to which page, both included. */
export interface PageRange {
  readonly first: number;
  readonly last: number;
}

/** The options of one extraction. Two with the same options have the same result. */
export interface TextOptions {
  /** `auto`, or the languages that recognition is to expect, as ISO 639-1. */
  readonly language: string;
  readonly preserveFormatting: boolean;
  readonly pages: PageRange | undefined;
}

/** `3` or `2-5`; undefined for any other text. */
export const parsePages = (text: string): PageRange | undefined => {
  const [, from = '', to = from] = /^([1-9]\d{0,5})(?:-([1-9]\d{0,5}))?$/.exec(text) ?? [];
  const range = { first: Number(from), last: Number(to) };
  return from !== '' && range.first <= range.last ? range : undefined;
};

/** Part of an object's key: contains everything that the result depends on, in characters that a key allows. */
export const textName = ({ language, preserveFormatting, pages }: TextOptions): string =>
  [language, preserveFormatting ? 'lines' : 'flow', pages ? `${pages.first}-${pages.last}` : 'all'].join('.');

/** The message of each reason, for the caller. */
export const namedOptions = (name: string): { preserveFormatting: boolean; pages: string | null } => {
  const [, format, pages = 'all'] = name.split('.');
  return { preserveFormatting: format === 'lines', pages: pages === 'all' ? null : pages };
};

const OFFICE = 'application/vnd.openxmlformats-officedocument';
const ODF = 'application/vnd.oasis.opendocument';

/** How the text of a type is read. `recognized` may need OCR, which takes seconds a page. */
const READ_AS: Readonly<Record<string, 'read' | 'recognized'>> = {
  'text/plain': 'read',
  'text/markdown': 'read',
  'text/csv': 'read',
  'text/html': 'read',
  [`${OFFICE}.wordprocessingml.document`]: 'read',
  [`${OFFICE}.spreadsheetml.sheet`]: 'read',
  [`${OFFICE}.presentationml.presentation`]: 'read',
  [`${ODF}.text`]: 'read',
  [`${ODF}.spreadsheet`]: 'read',
  [`${ODF}.presentation`]: 'read',
  // Clients name Office files of both generations by the old type; the bytes say which it is.
  'application/msword': 'read',
  'application/vnd.ms-excel': 'read',
  'application/vnd.ms-powerpoint': 'read',
  'application/pdf': 'recognized',
};

const sourceOf = (mimeType: string): 'read' | 'recognized' | undefined => {
  if (Object.hasOwn(READ_AS, mimeType)) return READ_AS[mimeType];
  return mimeType.startsWith('image/') && mimeType !== 'image/svg+xml' ? 'recognized' : undefined;
};

/** Whether files of this type can have a text. */
export const hasText = (mimeType: string): boolean => sourceOf(mimeType) !== undefined;

/** How the text of this type is read; throws for a type without text. */
export const textSource = (mimeType: string): 'read' | 'recognized' => {
  const source = sourceOf(mimeType);
  if (source) return source;
  throw new MediaError('TYPE_NOT_ALLOWED', `No text can be extracted from files of type ${mimeType}`);
};
