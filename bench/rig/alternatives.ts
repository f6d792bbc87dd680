/**
 * Alternatives of a user, measured once on a machine of this kind (two cores): 60 photos of 12 MP, eight at a time, until each
 * has a thumbnail of 300 px or more; list page of 20 with its total and name search at 100,000 records, one at a time; time to
 * the first answer; memory when idle. These are the only baselines that are not measured in the same run.
 */
const MEASURED = {
  'Directus 12.4': { filesPerSecond: 17.8, listMs: 31, searchMs: 47, bootMs: 3300, idleMebibytes: 300 },
  'Payload 3.90': { filesPerSecond: 3.6, listMs: 9.3, searchMs: 15, bootMs: 800, idleMebibytes: 125 },
  'Strapi 5.54': { filesPerSecond: 2.1, listMs: 26, searchMs: 26, bootMs: 1900, idleMebibytes: 230 },
} as const;

type Figure = keyof (typeof MEASURED)['Directus 12.4'];

/** The best figure that any alternative has, and whose it is. */
export const bestAlternative = (figure: Figure): { readonly name: string; readonly value: number } => {
  const all = Object.entries(MEASURED).map(([name, figures]) => ({ name, value: figures[figure] }));
  const ranked = all.toSorted((a, b) => (figure === 'filesPerSecond' ? b.value - a.value : a.value - b.value));
  return ranked[0] ?? { name: 'none', value: Number.NaN };
};
