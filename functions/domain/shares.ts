/**
 * Team ids of guests begin with this. One address can make many guests, so that what is shared out by team is shared out to
 * all guests as if they were one.
 */
export const GUEST_TEAM = 'guest-';

/** Who gets one share of what is done for all: a team, or all guests together. */
export const shareOf = (teamId: string): string => (teamId.startsWith(GUEST_TEAM) ? 'guests' : teamId);

/** How many of the files that are processed at once may be of one share: more than half, and never all. */
export const lanesOf = (filesAtOnce: number): number => Math.max(1, Math.floor(filesAtOnce * 0.6));
