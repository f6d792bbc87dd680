import type { Clock } from '../domain/ports.ts';

/** Events that took longer to send had a slow connection among their listeners. */
const SLOW_MILLISECONDS = 2_000;
/** As long as deliveries to slow webhooks. */
const REMEMBERED_MILLISECONDS = 600_000;
/** More are forgotten all at once: they are then found slow again. */
const MOST_TEAMS = 1_000;

/** Teams whose connections took their events slowly, as one execution remembers them. */
export interface SlowTeams {
  has(teamId: string): boolean;
  /** Runs the work of a team, and remembers the team if it takes long. */
  watch<Result>(teamId: string, work: () => Promise<Result>): Promise<Result>;
}

export const slowTeams = (clock: Clock): SlowTeams => {
  const until = new Map<string, number>();
  const now = (): number => clock().getTime();
  return {
    has: (teamId) => (until.get(teamId) ?? 0) > now(),
    watch: async (teamId, work) => {
      const started = now();
      try {
        return await work();
      } finally {
        if (now() - started > SLOW_MILLISECONDS) {
          if (until.size >= MOST_TEAMS) until.clear();
          until.set(teamId, now() + REMEMBERED_MILLISECONDS);
        }
      }
    },
  };
};
