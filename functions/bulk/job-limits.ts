import type { ClaimLimits } from '../domain/shares.ts';

/** Jobs that a person and a team may have under way or waiting. */
export const MOST_JOBS: Omit<ClaimLimits, 'lanes'> = { ofHolder: 5, ofAll: 20 };
/** A team's jobs follow each other: two side by side would meet at its counters. */
export const ONE_LANE = 1;
/** A job that was lost gives its place back after this. */
export const RESERVED_SECONDS = 6 * 3600;

/** Where the places of a team are counted. */
export const claimOf = (teamId: string): { readonly share: string } => ({ share: `bulk#${teamId}` });
