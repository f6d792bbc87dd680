import { mediaRecord } from '../../functions/library/media-item.ts';
import { listingKeys } from '../../functions/table/index-keys.ts';

type Item = Record<string, unknown>;
const ORDERS = ['createdSk', 'filenameSk', 'sizeSk'] as const;
const NAMES = { all: 'activeAll', image: 'activeImage', document: 'activeDocument', video: 'activeVideo' } as const;

const below = (one: string, other: string): boolean => Buffer.compare(Buffer.from(one), Buffer.from(other)) < 0;

/** The invariant of ranks once the stream is quiet: the counts of every bucket of every order equal a recount. */
export const checkRanks = (items: readonly Item[]): string[] => {
  const records = items.filter(({ sk, state }) => sk === 'MEDIA' && state === 'active').map(mediaRecord);
  const wrong: string[] = [];
  for (const [teamId, mine] of Map.groupBy(records, (record) => record.teamId)) {
    const ranked = items.find(({ pk, sk }) => pk === `RANK#${teamId}` && sk === 'RANKED') ?? {};
    const compare = (name: string, item: Item, own: readonly (typeof mine)[number][]): void => {
      for (const [kind, attribute] of Object.entries(NAMES)) {
        const count = own.filter((record) => kind === 'all' || record.kind === kind).length;
        if (Number(item[attribute] ?? 0) !== count)
          wrong.push(`${name} counts ${item[attribute]} ${kind}, not ${count}`);
      }
    };
    compare(`team ${teamId}`, ranked, mine);
    for (const order of ORDERS) {
      const stretches = items
        .filter(({ pk }) => pk === `RANK#${teamId}#${ranked.generation}#${order}`)
        .map((item) => ({ item, bound: String(item.sk).slice(1) }))
        .sort((one, other) => (below(one.bound, other.bound) ? -1 : 1));
      stretches.forEach(({ item, bound }, index) => {
        const end = stretches[index + 1]?.bound;
        const own = mine.filter((record) => {
          const value = listingKeys(record)[order] ?? '';
          return below(bound, value) && (end === undefined || below(value, end));
        });
        compare(`${teamId} ${order} from ${bound}`, item, own);
      });
    }
  }
  return wrong;
};
