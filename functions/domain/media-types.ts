import { FILE_NAME_LENGTH } from './names.ts';
import type { MediaType } from './settings.ts';

const office = 'application/vnd.openxmlformats-officedocument';
const openDocument = 'application/vnd.oasis.opendocument';

/**
 * The types that processing can verify, each with its kind and usual extensions. A type outside of this table cannot
 * be told from a disguise, so the settings choose among these.
 */
export const VERIFIABLE_TYPES: readonly MediaType[] = [
  { mime: 'image/jpeg', kind: 'image', extensions: ['jpg', 'jpeg'] },
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
  { mime: 'text/plain', kind: 'document', extensions: ['txt'] },
  { mime: 'text/csv', kind: 'document', extensions: ['csv'] },
  { mime: 'text/markdown', kind: 'document', extensions: ['md', 'markdown'] },
  { mime: 'text/html', kind: 'document', extensions: ['html', 'htm'] },
  { mime: 'video/mp4', kind: 'video', extensions: ['mp4', 'm4v'] },
  { mime: 'video/quicktime', kind: 'video', extensions: ['mov'] },
  { mime: 'video/webm', kind: 'video', extensions: ['webm'] },
  { mime: 'audio/mpeg', kind: 'audio', extensions: ['mp3'] },
  { mime: 'audio/mp4', kind: 'audio', extensions: ['m4a'] },
  { mime: 'audio/x-m4a', kind: 'audio', extensions: ['m4a'] },
  { mime: 'audio/wav', kind: 'audio', extensions: ['wav'] },
  { mime: 'audio/x-wav', kind: 'audio', extensions: ['wav'] },
  { mime: 'audio/flac', kind: 'audio', extensions: ['flac'] },
  { mime: 'audio/x-flac', kind: 'audio', extensions: ['flac'] },
  { mime: 'audio/ogg', kind: 'audio', extensions: ['ogg', 'oga', 'opus'] },
  { mime: 'audio/webm', kind: 'audio', extensions: ['weba'] },
];

/** The types of these names, in the order of the table. */
export const typesNamed = (mimes: readonly string[]): readonly MediaType[] =>
  VERIFIABLE_TYPES.filter(({ mime }) => mimes.includes(mime));

const ENDING = /\.([^.]+)$/;

/**
 * The name with the usual ending of its type, unless it has one of the type's endings already: the ending is what a
 * desktop opens a saved file by. Shortened where the ending would make the name too long.
 *
 * @example namedAfterType('report.hta', 'image/jpeg') // report.hta.jpg
 */
export const namedAfterType = (name: string, mimeType: string): string => {
  const extensions = VERIFIABLE_TYPES.find(({ mime }) => mime === mimeType)?.extensions ?? [];
  const [usual] = extensions;
  const ending = ENDING.exec(name)?.[1]?.toLowerCase() ?? '';
  if (usual === undefined || extensions.includes(ending)) return name;
  return `${name.slice(0, FILE_NAME_LENGTH - usual.length - 1).toWellFormed()}.${usual}`;
};
