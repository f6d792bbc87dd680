import type { Mediashelf } from '../../client/browser.ts';

/** Pages of the trash that are looked at, a hundred files each. */
const MOST_PAGES = 5;
/** How long an answer counts, while a batch is checked. */
const FRESH_MS = 20_000;

/** Finds the file in the trash that has a content, so that it can be restored in place of being sent again. */
export const trashedContents = (shelf: Mediashelf) => {
  let read: { readonly at: number; readonly contents: Promise<ReadonlyMap<string, string>> } | undefined;
  const readAll = async (): Promise<ReadonlyMap<string, string>> => {
    const contents = new Map<string, string>();
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const { data, total } = await shelf.call('GET /api/v1/trash', { query: { limit: 100, offset: page * 100 } });
      for (const { checksum, checksumAlgorithm, id } of data) {
        if (checksum !== null && checksumAlgorithm === 'SHA256') contents.set(checksum, id);
      }
      if ((page + 1) * 100 >= total) break;
    }
    return contents;
  };
  return async (sha256: string): Promise<string | undefined> => {
    if (!read || Date.now() - read.at > FRESH_MS) read = { at: Date.now(), contents: readAll() };
    const current = read;
    return (
      await current.contents.catch(() => {
        // The trash is a convenience: an upload does not fail with it.
        if (read === current) read = undefined;
        return new Map<string, string>();
      })
    ).get(sha256);
  };
};
