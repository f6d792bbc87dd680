import type { SharedFile, Visit } from './visit.ts';

/** Downloads a file by an address that is asked for at this moment: it opens for less than a minute. */
export const download = async (visit: Visit, { id, filename }: Pick<SharedFile, 'id' | 'filename'>): Promise<void> => {
  const address = await visit.addressOf(id, 'attachment');
  if (address === undefined) return;
  const link = document.createElement('a');
  link.href = address;
  link.download = filename;
  link.rel = 'noreferrer';
  link.click();
};
