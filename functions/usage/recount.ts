import { MEDIA_KINDS } from '../domain/media.ts';
import type { RecountStore, TeamCount } from './recount-store.ts';

export interface RecountDeps {
  readonly store: RecountStore;
}

export interface Recounted {
  readonly teams: number;
  readonly healed: readonly string[];
  /** Teams that changed during each attempt; they are as they were. */
  readonly busy: readonly string[];
}

const ATTEMPTS = 5;

/**
 * Counts everything that is stored and sets the totals of teams that differ. Totals are set only while no write moved them
 * since before the count began, so that a count beside a busy team never undoes what the team does.
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
      for (const teamId of waiting) {
        teams.add(teamId);
        const stored = before.get(teamId);
        const counted = { ...EMPTY, ...counts.get(teamId) };
        if (NAMES.every((name) => (stored?.counters[name] ?? 0) === counted[name])) continue;
        if (await store.heal(teamId, counted, stored)) healed.add(teamId);
        else busy.push(teamId);
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
const EMPTY: TeamCount = Object.fromEntries(NAMES.map((name) => [name, 0]));
