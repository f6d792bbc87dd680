/** Lambda's answers end at 6 MB, and long names could fill them before the rows do. */
const MOST_BYTES = 5_000_000;

/** The bytes of a part of an answer as Lambda counts them: the body is a string in JSON, so each of its quotes is escaped again. */
export const travelBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(JSON.stringify(value)));

/** The first rows that fit into one answer, each rendered for its API. `taken` bytes are already used, of `most`. */
export const fittingRows = <Item, Row>(
  items: readonly Item[],
  view: (item: Item) => Row,
  taken = 0,
  most = MOST_BYTES,
): readonly Row[] => {
  const rows: Row[] = [];
  let bytes = taken;
  for (const item of items) {
    const row = view(item);
    bytes += travelBytes(row) + 1;
    if (bytes > most) break;
    rows.push(row);
  }
  return rows;
};
