/** The page size of lists. */
const PAGE = 100;

type Items<Item> = { readonly data: readonly Item[] };

/** Items of a list whose answers say whether more follow; a page may be short, or empty, in between. */
export async function* pagesByCursor<Item>(
  limit: number,
  page: (limit: number, cursor: string | undefined) => Promise<Items<Item> & { readonly nextCursor?: string }>,
): AsyncGenerator<Item> {
  let cursor: string | undefined;
  for (let left = limit; left > 0; ) {
    const { data, nextCursor } = await page(Math.min(PAGE, left), cursor);
    yield* data;
    if (nextCursor === undefined) return;
    left -= data.length;
    cursor = nextCursor;
  }
}

/** Items of a list with offsets, which says how many there are in all; a page may be short where its items are large. */
export async function* pagesByOffset<Item>(
  limit: number,
  page: (limit: number, offset: number) => Promise<Items<Item> & { readonly total: number }>,
): AsyncGenerator<Item> {
  for (let given = 0; given < limit; ) {
    const wanted = Math.min(PAGE, limit - given);
    const { data, total } = await page(wanted, given);
    yield* data;
    given += data.length;
    if (data.length === 0 || given >= total) return;
  }
}
