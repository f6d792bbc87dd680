import { notFound } from '../domain/errors.ts';
import type { MediaRecord } from '../domain/media.ts';
import type { MediaStore } from '../domain/ports.ts';
import { admitTo, type Principal } from '../domain/principal.ts';

/** The active record that the principal may do the route's work on. A foreign id is answered exactly as a missing one. */
export const findMedia = async (
  media: Pick<MediaStore, 'get'>,
  principal: Principal,
  id: string,
): Promise<MediaRecord> => {
  const record = await media.get(id);
  if (record?.state !== 'active') throw notFound();
  admitTo(principal, record.teamId);
  return record;
};
