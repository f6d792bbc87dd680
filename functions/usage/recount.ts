import { MEDIA_KINDS } from '../domain/media.ts';
import { isOpener, type RecountStore, type TeamCount } from './recount-store.ts';

export interface RecountDeps {
  readonly store: RecountStore;
}

export interface Recounted {
  readonly teams: number;
  /** The teams whose totals were wrong, and `uploads of <person>` where the number of open uploads was. */
  readonly healed: readonly string[];
  /** Those that changed during each attempt; they are as they were. */
  readonly busy: readonly string[];
}

const ATTEMPTS = 5;

/**
 * Counts everything that is stored and sets the counters that differ. They are set only while no write moved them since before
 * the count began, so that a count beside a busy team never undoes what the team does.
 */
export const recount =
  ({ store }: RecountDeps) =>
  async (): Promise<Recounted> => {
    const healed = new Set<string>();
    const teams = new Set<string>();
    let busy: string[] = [];
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const before = await store.totals();
      const counts = await store.count();
      const waiting = attempt === 1 ? new Set([...before.keys(), ...counts.keys()]) : new Set(busy);
      busy = [];
      for (const name of waiting) {
        if (!isOpener(name)) teams.add(name);
        const stored = before.get(name);
        const counted: TeamCount = { ...(isOpener(name) ? NONE_OPEN : EMPTY), ...counts.get(name) };
        if (Object.keys(counted).every((each) => (stored?.counters[each] ?? 0) === counted[each])) continue;
        if (await store.heal(name, counted, stored)) healed.add(name);
        else busy.push(name);
      }
      if (busy.length === 0) break;
    }
    return { teams: teams.size, healed: [...healed], busy };
  };

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const NAMES = [
  'bytes',
  'committed',
  'records',
  'activeAll',
  ...MEDIA_KINDS.map((kind) => `active${capital(kind)}`),
  'deletedAll',
];
const NONE_OPEN: TeamCount = { count: 0 };
const EMPTY: TeamCount = Object.fromEntries(NAMES.map((name) => [name, 0]));
