import type { Call } from '../domain/call.ts';
import { quotaOf, type Settings } from '../domain/settings.ts';
import type { Totals } from '../library/totals.ts';

export interface Usage extends Totals {
  readonly quotaBytes: number;
  readonly quotaRecords: number;
}

export interface GetUsageDeps {
  readonly totals: (teamId: string) => Promise<Totals>;
  readonly settings: Pick<Settings, 'quotaBytes' | 'quotaRecords' | 'guests'>;
}

/** The bytes that a team stores, the bytes that open uploads have reserved, and the quota for both. */
export const getUsage =
  ({ totals, settings }: GetUsageDeps) =>
  async ({ principal }: Call<unknown>): Promise<Usage> => {
    const { bytes, records } = quotaOf(settings, principal);
    return { ...(await totals(principal.teamId)), quotaBytes: bytes, quotaRecords: records };
  };
