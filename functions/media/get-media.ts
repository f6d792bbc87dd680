import type { MediaRecord } from '../domain/media.ts';
import type { MediaStore } from '../domain/ports.ts';
import type { Call } from '../http/route.ts';
import { findMedia } from './find-media.ts';

export const getMedia =
  ({ media }: { media: Pick<MediaStore, 'get'> }) =>
  ({ input, principal }: Call<{ id: string }>): Promise<MediaRecord> =>
    findMedia(media, principal, input.id);
