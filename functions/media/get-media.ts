import type { Call } from '../domain/call.ts';
import type { MediaRecord } from '../domain/media.ts';
import type { MediaStore } from '../domain/ports.ts';
import { findMedia } from './find-media.ts';

export const getMedia =
  ({ media }: { media: Pick<MediaStore, 'get'> }) =>
  ({ input, principal }: Call<{ id: string }>): Promise<MediaRecord> =>
    findMedia(media, principal, input.id);
