import type { Media } from '../../client/index.ts';

export type Part = 'info' | 'edit' | 'focal' | 'transform' | 'versions' | 'text';

const isStored = ({ checksum, url }: Media): boolean => checksum !== null && url !== null;
const isPicture = ({ mimeType }: Media): boolean => mimeType.startsWith('image/');
const isReadable = ({ mimeType }: Media): boolean => !/^(?:audio|video)\//.test(mimeType);

/** The parts of a file's page that this kind of file has. */
export const partsOf = (media: Media): readonly Part[] => [
  'info',
  'edit',
  ...(isPicture(media) && isStored(media) ? (['focal', 'transform'] as const) : []),
  ...(isStored(media) ? (['versions'] as const) : []),
  ...(isReadable(media) && isStored(media) ? (['text'] as const) : []),
];
