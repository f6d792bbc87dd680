import type { Call } from '../domain/call.ts';
import { SIGNED_READ_SECONDS } from '../domain/ends-of-access.ts';
import type { Clock } from '../domain/ports.ts';
import { teamsWith } from '../domain/principal.ts';
import type { EdgeSigner, PictureCookies } from '../edge/edge-signer.ts';

/** What opens the renditions of the caller's teams in a browser. */
export interface OpenedRenditions {
  /** By their ids. */
  readonly teams: readonly string[];
  readonly cookies: readonly PictureCookies[];
  /** Null where there is nothing that cookies could open. */
  readonly expiresAt: string | null;
}

/** API Gateway takes 10 KB of headers for an answer, and a team has four cookies of together a kilobyte. */
const MOST_TEAMS = 5;

interface OpenRenditionsDeps {
  /** None in a stack without an edge. */
  readonly signer: Pick<EdgeSigner, 'cookies'> | undefined;
  readonly clock: Clock;
}

/**
 * Opens the renditions of teams to the browser of a member: of the team that the caller works in, and of others that the caller
 * may read in.
 */
export const openRenditions =
  ({ signer, clock }: OpenRenditionsDeps) =>
  async ({ principal }: Pick<Call<undefined>, 'principal'>): Promise<OpenedRenditions> => {
    if (!signer) return { teams: [], cookies: [], expiresAt: null };
    const readable = teamsWith(principal, 'media:read');
    const others = readable.filter((teamId) => teamId !== principal.teamId);
    const own = readable.filter((teamId) => teamId === principal.teamId);
    const teams = [...own, ...others].slice(0, MOST_TEAMS);
    return {
      teams,
      cookies: teams.map((teamId) => signer.cookies(teamId)),
      expiresAt: new Date(clock().getTime() + SIGNED_READ_SECONDS * 1000).toISOString(),
    };
  };
