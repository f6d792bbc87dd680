type Item = Record<string, unknown>;
type Place = { mediaId: unknown; fileVersion: unknown };

/** The location of the object of a record's file or of a version, below `originals/`. */
export const placeOf = (item: Item): string => {
  const own = { mediaId: item.mediaId ?? item.id, fileVersion: item.fileVersion };
  const { mediaId, fileVersion } = (item.place ?? item.storedAs ?? own) as Place;
  return `${item.teamId}/${mediaId}/${fileVersion}`;
};

/** Versions that reference objects: those of records, and retained ones that are not released yet. */
export const holding = (records: readonly Item[], versions: readonly Item[]): readonly Item[] => [
  ...records.filter(({ fileVersion, externalUrl }) => fileVersion !== null && externalUrl === null),
  ...versions.filter(({ current, released }) => !current && !released),
];

/** The count of a shared object equals its references, and the later ones are listed. */
export const checkHolders = (items: readonly Item[], records: readonly Item[], versions: readonly Item[]): string[] => {
  const holders = new Map<string, string[]>();
  for (const item of holding(records, versions)) {
    holders.set(placeOf(item), [...(holders.get(placeOf(item)) ?? []), String(item.fileVersion)]);
  }
  const wrong: string[] = [];
  const counted = new Map<string, number>(
    items
      .filter(({ sk }) => sk === 'OBJECT')
      .map((item) => {
        const fileVersion = String(item.pk).replace('OBJECT#', '');
        return [`${item.teamId}/${item.mediaId}/${fileVersion}`, Number(item.holders)] as const;
      }),
  );
  for (const [place, count] of counted) {
    const found = holders.get(place)?.length ?? 0;
    if (found !== count) wrong.push(`object ${place} is counted as held by ${count}, a recount gives ${found}`);
  }
  const listed = items.filter(({ sk }) => String(sk).startsWith('HOLDER#')).map(({ pk, sk }) => `${pk} ${sk}`);
  const expected = [...holders].flatMap(([place, all]) => {
    const brought = place.split('/')[2];
    if (all.length > 1 && !counted.has(place)) wrong.push(`object ${place} is held by ${all.length} and not counted`);
    return all.filter((each) => each !== brought).map((each) => `OBJECT#${brought} HOLDER#${each}`);
  });
  if (listed.sort().join() !== expected.sort().join()) wrong.push(`holders are listed as ${listed}, not ${expected}`);
  const byId = new Map(records.map((record) => [record.id, record]));
  for (const { mediaId, fileVersion, current } of versions) {
    const record = byId.get(mediaId);
    if ((record?.fileVersion === fileVersion) !== (current === true))
      wrong.push(`version ${fileVersion} of ${mediaId} is not what its record says`);
  }
  return wrong;
};
