/** Names a value of each dimension. */
export type Combination<Dimensions> = { readonly [Name in keyof Dimensions]: keyof Dimensions[Name] & string };

interface Placed {
  readonly name: string;
  readonly value: string;
}

/**
 * Combinations in which every choice of `strength` dimensions meets in each of its ways: `strength` 2 is pairwise.
 * Greedy and without chance: each combination begins with a way that is still to be seen and takes, dimension by dimension,
 * the value that brings most of the others.
 */
export const combinationsOf = <Dimensions extends Readonly<Record<string, Readonly<Record<string, unknown>>>>>(
  dimensions: Dimensions,
  strength: number,
): readonly Combination<Dimensions>[] => {
  const names = Object.keys(dimensions);
  const wanted = new Map(
    subsets(names, strength).flatMap((chosen) => ways(dimensions, chosen).map((way) => [keyOf(way), way] as const)),
  );
  const combinations: Combination<Dimensions>[] = [];
  for (let first = [...wanted.values()][0]; first !== undefined; first = [...wanted.values()][0]) {
    const taken: Placed[] = [...first];
    for (const name of names) {
      if (taken.some((placed) => placed.name === name)) continue;
      const gains = Object.keys(dimensions[name] ?? {}).map((value) => {
        const placed = { name, value };
        const gain = [...wanted.values()].filter(
          (way) => way.some((one) => same(one, placed)) && way.every((one) => fits([...taken, placed], one)),
        ).length;
        return { placed, gain };
      });
      taken.push(gains.reduce((best, next) => (next.gain > best.gain ? next : best)).placed);
    }
    for (const chosen of subsets(names, strength))
      wanted.delete(keyOf(chosen.map((name) => taken.find((placed) => placed.name === name) as Placed)));
    combinations.push(Object.fromEntries(taken.map(({ name, value }) => [name, value])) as Combination<Dimensions>);
  }
  return combinations;
};

const same = (one: Placed, other: Placed): boolean => one.name === other.name && one.value === other.value;

/** Whether what is taken leaves room for a value: its dimension is open, or has it. */
const fits = (taken: readonly Placed[], wanted: Placed): boolean =>
  taken.every((placed) => placed.name !== wanted.name || placed.value === wanted.value);

const keyOf = (way: readonly Placed[]): string => way.map(({ name, value }) => `${name}=${value}`).join(' ');

const subsets = (names: readonly string[], size: number): readonly (readonly string[])[] => {
  if (size === 0) return [[]];
  return names.flatMap((name, place) => subsets(names.slice(place + 1), size - 1).map((rest) => [name, ...rest]));
};

const ways = (
  dimensions: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  chosen: readonly string[],
): readonly (readonly Placed[])[] =>
  chosen.reduce<readonly (readonly Placed[])[]>(
    (begun, name) =>
      begun.flatMap((way) => Object.keys(dimensions[name] ?? {}).map((value) => [...way, { name, value }])),
    [[]],
  );
