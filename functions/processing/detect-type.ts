import { fileTypeFromBuffer } from 'file-type';
import type { MediaType } from '../domain/settings.ts';

/** Containers whose signature says less than the name does. */
const BY_EXTENSION = new Set(['application/x-cfb', 'application/zip']);
const SAME_AS: Readonly<Record<string, string>> = {
  'video/x-m4v': 'video/mp4',
  'audio/ogg; codecs=opus': 'audio/ogg',
};
const TEXT = 'text/plain';

/** Types that mean that the client does not know; `text/plain` is what a form says by saying nothing. */
const UNKNOWN = new Set(['', 'application/octet-stream', 'binary/octet-stream', TEXT]);

export const isUndeclared = (mimeType: string): boolean => UNKNOWN.has(mimeType);

/**
 * The type that a file without one is taken for: by its first bytes, and by its name where they leave a choice. It is a
 * declaration like a client's, and verified as one.
 */
export const detectType = async (head: Uint8Array, filename: string, types: readonly MediaType[]): Promise<string> => {
  const detected = (await fileTypeFromBuffer(head).catch(() => undefined))?.mime;
  const extension = /\.([^.]+)$/.exec(filename)?.[1]?.toLowerCase() ?? '';
  const named = types.find(({ extensions }) => extensions.includes(extension))?.mime;
  if (detected === undefined) return named?.startsWith('text/') ? named : TEXT;
  if (BY_EXTENSION.has(detected)) return named ?? detected;
  return SAME_AS[detected] ?? detected;
};
