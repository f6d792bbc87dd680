import { FILE_NAME_LENGTH } from './names.ts';
import type { MediaType } from './settings.ts';

const office = 'application/vnd.openxmlformats-officedocument';
const openDocument = 'application/vnd.oasis.opendocument';

/**
 * The types that processing can verify, each with its kind and usual extensions. A type outside of this table could be any
 * content, so the settings select from these.
 */
export const VERIFIABLE_TYPES: readonly MediaType[] = [
  { mime: 'image/jpeg', kind: 'image', extensions: ['jpg', 'jpeg', 'jpe', 'jfif'] },
  { mime: 'image/png', kind: 'image', extensions: ['png'] },
  { mime: 'image/gif', kind: 'image', extensions: ['gif'] },
  { mime: 'image/webp', kind: 'image', extensions: ['webp'] },
  { mime: 'image/avif', kind: 'image', extensions: ['avif'] },
  { mime: 'image/heic', kind: 'image', extensions: ['heic', 'heif'] },
  { mime: 'image/heif', kind: 'image', extensions: ['heif', 'heic'] },
  { mime: 'application/pdf', kind: 'document', extensions: ['pdf'] },
  { mime: 'application/msword', kind: 'document', extensions: ['doc'] },
  { mime: `${office}.wordprocessingml.document`, kind: 'document', extensions: ['docx'] },
  { mime: 'application/vnd.ms-excel', kind: 'document', extensions: ['xls'] },
  { mime: `${office}.spreadsheetml.sheet`, kind: 'document', extensions: ['xlsx'] },
  { mime: 'application/vnd.ms-powerpoint', kind: 'document', extensions: ['ppt'] },
  { mime: `${office}.presentationml.presentation`, kind: 'document', extensions: ['pptx'] },
  { mime: `${openDocument}.text`, kind: 'document', extensions: ['odt'] },
  { mime: `${openDocument}.spreadsheet`, kind: 'document', extensions: ['ods'] },
  { mime: `${openDocument}.presentation`, kind: 'document', extensions: ['odp'] },
  { mime: 'text/plain', kind: 'document', extensions: ['txt', 'text', 'log'] },
  { mime: 'text/csv', kind: 'document', extensions: ['csv'] },
  { mime: 'text/markdown', kind: 'document', extensions: ['md', 'markdown'] },
  { mime: 'text/html', kind: 'document', extensions: ['html', 'htm'] },
  { mime: 'video/mp4', kind: 'video', extensions: ['mp4', 'm4v'] },
  { mime: 'video/quicktime', kind: 'video', extensions: ['mov'] },
  { mime: 'video/webm', kind: 'video', extensions: ['webm'] },
  { mime: 'audio/mpeg', kind: 'audio', extensions: ['mp3'] },
  { mime: 'audio/mp4', kind: 'audio', extensions: ['m4a'] },
  { mime: 'audio/wav', kind: 'audio', extensions: ['wav'] },
  { mime: 'audio/flac', kind: 'audio', extensions: ['flac'] },
  { mime: 'audio/ogg', kind: 'audio', extensions: ['ogg', 'oga', 'opus'] },
  { mime: 'audio/webm', kind: 'audio', extensions: ['weba'] },
];

/** The ending that files of a type usually have; null for a type that is not in the table. */
export const usualEnding = (mime: string): string | null =>
  VERIFIABLE_TYPES.find((type) => type.mime === mime)?.extensions[0] ?? null;

/** Other names under which clients announce the types of the table, each with the name that the table has. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/jfif': 'image/jpeg',
  'image/x-png': 'image/png',
  'image/x-webp': 'image/webp',
  'application/x-pdf': 'application/pdf',
  'application/vnd.msword': 'application/msword',
  'application/x-msword': 'application/msword',
  'application/msexcel': 'application/vnd.ms-excel',
  'application/x-msexcel': 'application/vnd.ms-excel',
  'application/mspowerpoint': 'application/vnd.ms-powerpoint',
  'application/csv': 'text/csv',
  'application/x-csv': 'text/csv',
  'text/x-csv': 'text/csv',
  'text/comma-separated-values': 'text/csv',
  'text/x-comma-separated-values': 'text/csv',
  'text/x-markdown': 'text/markdown',
  'video/x-m4v': 'video/mp4',
  'video/x-mp4': 'video/mp4',
  'video/x-quicktime': 'video/quicktime',
  'audio/mp3': 'audio/mpeg',
  'audio/x-mp3': 'audio/mpeg',
  'audio/mpeg3': 'audio/mpeg',
  'audio/x-mpeg-3': 'audio/mpeg',
  'audio/x-mpeg': 'audio/mpeg',
  'audio/mpg': 'audio/mpeg',
  'audio/x-mpg': 'audio/mpeg',
  'audio/m4a': 'audio/mp4',
  'audio/x-m4a': 'audio/mp4',
  'audio/x-mp4': 'audio/mp4',
  'audio/mp4a-latm': 'audio/mp4',
  'audio/wave': 'audio/wav',
  'audio/x-wav': 'audio/wav',
  'audio/x-pn-wav': 'audio/wav',
  'audio/vnd.wave': 'audio/wav',
  'audio/x-flac': 'audio/flac',
  'audio/x-ogg': 'audio/ogg',
  'audio/opus': 'audio/ogg',
  'audio/vorbis': 'audio/ogg',
  'application/ogg': 'audio/ogg',
};

/**
 * The table's name for a media type as clients write it: without parameters, in lower case, and under its usual name (RFC 9110,
 * 8.3.1: type and subtype are case-insensitive, parameters follow a semicolon). An unknown type stays unchanged.
 */
export const canonicalType = (declared: string): string => {
  const essence = (declared.split(';', 1)[0] ?? '').trim().toLowerCase();
  return Object.hasOwn(OTHER_NAMES, essence) ? (OTHER_NAMES[essence] as string) : essence;
};

/** The text after the last dot of a name, in lower case; empty for a name without an ending. */
export const endingOf = (filename: string): string => /\.([^.]+)$/.exec(filename)?.[1]?.toLowerCase() ?? '';

/** Types that mean an unknown type. */
const UNKNOWN = new Set(['', 'application/octet-stream', 'binary/octet-stream']);

/**
 * The canonical type that a client declares for a file of this name; undefined where it says that it does not know.
 * Windows registers CSV as a type of Excel, so browsers there declare a CSV as `application/vnd.ms-excel`.
 */
export const declaredType = (declared: string, filename: string): string | undefined => {
  const type = canonicalType(declared);
  if (UNKNOWN.has(type)) return undefined;
  return type === 'application/vnd.ms-excel' && endingOf(filename) === 'csv' ? 'text/csv' : type;
};

/**
 * The canonical type of a file that is announced before its bytes arrive: the declared one, else that of the ending of its
 * name. If neither is known, the declared type stays, which no settings accept.
 */
export const announcedType = (declared: string, filename: string): string =>
  declaredType(declared, filename) ??
  VERIFIABLE_TYPES.find(({ extensions }) => extensions.includes(endingOf(filename)))?.mime ??
  declared;

/** The types of these names, in the order of the table. */
export const typesNamed = (mimes: readonly string[]): readonly MediaType[] =>
  VERIFIABLE_TYPES.filter(({ mime }) => mimes.includes(mime));

/**
 * The name with the usual ending of its type, unless it has one of the type's endings already: the ending is what a
 * desktop opens a saved file by. Shortened where the ending would make the name too long.
 *
 * @example namedAfterType('report.hta', 'image/jpeg') // report.hta.jpg
 */
export const namedAfterType = (name: string, mimeType: string): string => {
  const extensions = VERIFIABLE_TYPES.find(({ mime }) => mime === canonicalType(mimeType))?.extensions ?? [];
  const [usual] = extensions;
  const ending = endingOf(name);
  if (usual === undefined || extensions.includes(ending)) return name;
  return `${name.slice(0, FILE_NAME_LENGTH - usual.length - 1).toWellFormed()}.${usual}`;
};
