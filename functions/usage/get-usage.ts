import type { Call } from '../api/route.ts';
import { quotaOf, type Settings } from '../domain/settings.ts';
import type { Totals } from '../stores/totals.ts';

export interface Usage extends Totals {
  readonly quotaBytes: number;
}

export interface GetUsageDeps {
  readonly totals: (teamId: string) => Promise<Totals>;
  readonly settings: Pick<Settings, 'quotaBytes' | 'guests'>;
}

/** What the team stores, what open uploads have reserved, and how much it may store. */
export const getUsage =
  ({ totals, settings }: GetUsageDeps) =>
  async ({ principal }: Call<unknown>): Promise<Usage> => ({
    ...(await totals(principal.teamId)),
    quotaBytes: quotaOf(settings, principal),
  });
