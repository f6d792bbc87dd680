/** Team ids of guests begin with this. One address can make many guests, so all guests together get the share of one team. */
export const GUEST_TEAM = 'guest-';

/** The holder of one share: a team, or all guests together. */
export const shareOf = (teamId: string): string => (teamId.startsWith(GUEST_TEAM) ? 'guests' : teamId);

/**
 * Items in turns of their shares: the first of each, then the second of each. Within a share they keep their order, so a share
 * with many items delays none of another by more than one.
 */
export const inTurns = <Item>(items: readonly Item[], shareOf: (item: Item) => string): readonly Item[] => {
  const taken = new Map<string, number>();
  const turns = items.map((item) => {
    const share = shareOf(item);
    const turn = taken.get(share) ?? 0;
    taken.set(share, turn + 1);
    return { item, turn };
  });
  return turns.toSorted((one, other) => one.turn - other.turn).map(({ item }) => item);
};

/** How many of the concurrently processed files may be of one share: more than half, and never all. */
export const lanesOf = (filesAtOnce: number): number => Math.max(1, Math.floor(filesAtOnce * 0.6));

/** Queued or running work of one person, in one of the lanes of their share. */
export interface Claim {
  readonly holder: string;
  readonly lane: number;
  /** Seconds of the epoch after which the claim expires, if it is not released. */
  readonly until: number;
}

/** How much may be claimed of a share at a time. */
export interface ClaimLimits {
  readonly ofHolder: number;
  readonly ofAll: number;
  readonly lanes: number;
}

/**
 * The lane for one more claim; undefined for a caller with too many claims. A person stays in one lane, and a new one gets the
 * lane with the fewest claims: a caller with few requests does not wait behind one with many, while there are lanes.
 */
export const laneFor = (held: readonly Claim[], holder: string, limits: ClaimLimits): number | undefined => {
  const own = held.filter((claim) => claim.holder === holder);
  if (own.length >= limits.ofHolder || held.length >= limits.ofAll) return undefined;
  if (own[0]) return own[0].lane;
  const lengths = Array.from({ length: limits.lanes }, (_, lane) => held.filter((claim) => claim.lane === lane).length);
  return lengths.indexOf(Math.min(...lengths));
};
