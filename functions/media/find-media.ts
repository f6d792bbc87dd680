import { notFound } from '../domain/errors.ts';
import type { MediaRecord } from '../domain/media.ts';
import type { MediaStore } from '../domain/ports.ts';

/** The active record of a team by id. A foreign id is answered exactly as a missing one. */
export const findMedia = async (media: Pick<MediaStore, 'get'>, teamId: string, id: string): Promise<MediaRecord> => {
  const record = await media.get(id);
  if (!record || record.teamId !== teamId || record.state !== 'active') throw notFound();
  return record;
};
