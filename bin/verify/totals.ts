type Item = Readonly<Record<string, unknown>>;
const number = (value: unknown): number => Number(value ?? 0);

/** Totals of each team, summed over the first item and the shards, whose leases the first one has as used. */
export const totalsByTeam = (items: readonly Item[]): ReadonlyMap<string, Readonly<Record<string, number>>> => {
  const teams = new Map<string, Record<string, number>>();
  for (const { pk, sk, ...counters } of items) {
    const team = /^COUNT#([^#]+)/.exec(String(pk))?.[1];
    if (!team || !/^TOTALS(?:#|$)/.test(String(sk))) continue;
    const sums = teams.get(team) ?? {};
    for (const [name, value] of Object.entries(counters)) sums[name] = number(sums[name]) + number(value);
    teams.set(team, sums);
  }
  for (const sums of teams.values()) {
    sums.committed = number(sums.committed) - number(sums.freeBytes);
    sums.records = number(sums.records) - number(sums.freeRecords);
  }
  return teams;
};

/** The totals of the one team that has any. */
export const onlyTotals = (items: readonly Item[]): Readonly<Record<string, number>> => {
  const [only = {}, ...others] = [...totalsByTeam(items).values()];
  if (others.length > 0) throw new Error('several teams have totals');
  return only;
};

/** The open uploads of each person, and of each person's keys, summed in the same way. */
export const openByCounter = (items: readonly Item[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const { pk, sk, count, freePlaces } of items) {
    const id = /^COUNT#(.+?)(?:#\d+)?$/.exec(String(pk))?.[1];
    if (!id || !/^UPLOADS(?:#|$)/.test(String(sk))) continue;
    counts.set(id, (counts.get(id) ?? 0) + number(count) - number(freePlaces));
  }
  return counts;
};
