const OFFICE = 'application/vnd.openxmlformats-officedocument';
const OPEN_DOCUMENT = 'application/vnd.oasis.opendocument';

/** The endings of each type that the library verifies, the usual one first. */
const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  'image/jpeg': ['jpg', 'jpeg', 'jpe', 'jfif'],
  'image/png': ['png'],
  'image/gif': ['gif'],
  'image/webp': ['webp'],
  'image/avif': ['avif'],
  'image/heic': ['heic', 'heif'],
  'image/heif': ['heif', 'heic'],
  'application/pdf': ['pdf'],
  'application/msword': ['doc'],
  [`${OFFICE}.wordprocessingml.document`]: ['docx'],
  'application/vnd.ms-excel': ['xls'],
  [`${OFFICE}.spreadsheetml.sheet`]: ['xlsx'],
  'application/vnd.ms-powerpoint': ['ppt'],
  [`${OFFICE}.presentationml.presentation`]: ['pptx'],
  [`${OPEN_DOCUMENT}.text`]: ['odt'],
  [`${OPEN_DOCUMENT}.spreadsheet`]: ['ods'],
  [`${OPEN_DOCUMENT}.presentation`]: ['odp'],
  'text/plain': ['txt', 'text', 'log'],
  'text/csv': ['csv'],
  'text/markdown': ['md', 'markdown'],
  'text/html': ['html', 'htm'],
  'video/mp4': ['mp4', 'm4v'],
  'video/quicktime': ['mov'],
  'video/webm': ['webm'],
  'audio/mpeg': ['mp3'],
  'audio/mp4': ['m4a'],
  'audio/wav': ['wav'],
  'audio/flac': ['flac'],
  'audio/ogg': ['ogg', 'oga', 'opus'],
  'audio/webm': ['weba'],
};

/**
 * The name that a file is saved under. It ends as the verified type does: a desktop opens a saved file by its ending, and a
 * colleague chose the name.
 */
export const savedName = (filename: string, mimeType: string): string => {
  const endings = Object.hasOwn(ENDINGS, mimeType) ? (ENDINGS[mimeType] ?? []) : [];
  const [usual] = endings;
  const ending = /\.([^.]+)$/.exec(filename)?.[1]?.toLowerCase() ?? '';
  return usual === undefined || endings.includes(ending) ? filename : `${filename}.${usual}`;
};
