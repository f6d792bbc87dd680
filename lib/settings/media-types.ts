import type { MediaType } from '../../functions/domain/settings.ts';

const office = 'application/vnd.openxmlformats-officedocument';

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
  { mime: 'application/pdf', kind: 'document', extensions: ['pdf'] },
  { mime: 'application/msword', kind: 'document', extensions: ['doc'] },
  { mime: `${office}.wordprocessingml.document`, kind: 'document', extensions: ['docx'] },
  { mime: 'application/vnd.ms-excel', kind: 'document', extensions: ['xls'] },
  { mime: `${office}.spreadsheetml.sheet`, kind: 'document', extensions: ['xlsx'] },
  { mime: 'text/plain', kind: 'document', extensions: ['txt'] },
  { mime: 'text/csv', kind: 'document', extensions: ['csv'] },
  { mime: 'video/mp4', kind: 'video', extensions: ['mp4'] },
  { mime: 'audio/mpeg', kind: 'audio', extensions: ['mp3'] },
];

/** The names of the verifiable types, as the settings file spells them. */
export const VERIFIABLE_MIMES: readonly string[] = VERIFIABLE_TYPES.map(({ mime }) => mime);
