import type { Media } from '../../client/index.ts';
import type { IconName } from '../icons/icon-names.ts';

/** What a file is called: its title, or its file name. */
export const titleOf = ({ title, filename }: Pick<Media, 'title' | 'filename'>): string => title || filename;

export const iconOf = (mimeType: string): IconName => {
  if (mimeType.startsWith('image/')) return 'image';
  if (mimeType.startsWith('video/')) return 'film';
  return mimeType.startsWith('audio/') ? 'audio' : 'document';
};
