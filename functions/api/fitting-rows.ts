/** Lambda's answers end at 6 MB, and long names could fill them before the rows do. */
const MOST_BYTES = 5_000_000;

/** As many rows, from the first, as one answer carries; each in the words of its API. */
export const fittingRows = <Item, Row>(items: readonly Item[], view: (item: Item) => Row): readonly Row[] => {
  const rows: Row[] = [];
  let bytes = 0;
  for (const item of items) {
    const row = view(item);
    bytes += Buffer.byteLength(JSON.stringify(row)) + 1;
    if (bytes > MOST_BYTES) break;
    rows.push(row);
  }
  return rows;
};
