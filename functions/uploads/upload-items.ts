import { textsOf } from '../domain/record-fields.ts';
import type { UploadSession } from '../domain/upload.ts';

export const later = (from: Date | string, seconds: number): string =>
  new Date(new Date(from).getTime() + seconds * 1000).toISOString();

export const epochSeconds = (iso: string): number => Math.floor(Date.parse(iso) / 1000);

/** The session in an item. */
export const uploadSession = (item: Record<string, unknown>): UploadSession => {
  const { pk: _pk, sk: _sk, duePk: _duePk, dueSk: _dueSk, ttl: _ttl, listPk: _list, createdSk: _at, ...session } = item;
  return { ...session, ...textsOf(session) } as unknown as UploadSession;
};

/** The part of its team's quota that an open session reserves. A replacement adds no record. */
export const promiseOf = ({ fileSize, replaces }: UploadSession) => ({
  committed: fileSize,
  records: replaces ? 0 : 1,
});
