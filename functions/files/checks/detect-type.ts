import { fileTypeFromBuffer } from 'file-type';
import { canonicalType, declaredType, endingOf } from '../../domain/media-types.ts';
import { type MediaType, notAccepted } from '../../domain/settings.ts';

/** Containers whose signature says less than the name does. */
const BY_NAME = new Set(['application/x-cfb', 'application/zip']);
const TEXT = 'text/plain';

/** The type that a part of a form declares for its file; `text/plain` is the default of a form without a type. */
export const declaredInForm = (mimeType: string, filename: string): string | undefined => {
  const type = declaredType(mimeType, filename);
  return type === TEXT ? undefined : type;
};

/**
 * The type of a file without a declared one: that of its first bytes, else that of its name's ending. It is a declaration like
 * a client's, and verified as one.
 *
 * Throws `TYPE_NOT_ALLOWED` for text under an ending of another type: a `setup.exe` that reads as text is not accepted as one.
 */
export const detectType = async (head: Uint8Array, filename: string, types: readonly MediaType[]): Promise<string> => {
  const detected = (await fileTypeFromBuffer(head).catch(() => undefined))?.mime;
  const ending = endingOf(filename);
  const named = types.find(({ extensions }) => extensions.includes(ending))?.mime;
  if (detected !== undefined) return BY_NAME.has(detected) ? (named ?? detected) : canonicalType(detected);
  if (named !== undefined) return named;
  if (ending === '') return TEXT;
  throw notAccepted(`named .${ending.slice(0, 20)}`, types);
};
