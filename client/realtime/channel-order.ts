/** What the server says to a `resume`. */
export interface Resumed {
  readonly seq: number;
  readonly gap: boolean;
  /** There is more beyond `seq`, which has to be asked for. */
  readonly more?: boolean;
}

/** Beyond the end of any log: what is answered is where the log stands, and nothing is sent again. */
const NEVER = Number.MAX_SAFE_INTEGER;

/**
 * The order of one channel, over as many connections as it takes:
 *
 *     asking --answered--> listening --an event out of turn, or more to come--> asking
 *
 * While it asks, nothing counts: the answer is followed by all that was missed.
 */
export const channelOrder = (since?: number) => {
  let position = since;
  let isAsking = false;
  let moreFrom: number | undefined;
  return {
    /** The last that was delivered; undefined before anything is known. */
    position: (): number | undefined => position,
    /** Begins to ask; answers what to ask with. */
    ask: (): number => {
      isAsking = true;
      moreFrom = undefined;
      return position ?? NEVER;
    },
    /** Takes the answer; true when events were missed that the server does not have any more. */
    answered: ({ seq, gap, more = false }: Resumed): boolean => {
      isAsking = false;
      moreFrom = more && !gap ? seq : undefined;
      const isKnown = position !== undefined;
      if (gap || !isKnown) position = seq;
      return gap && isKnown;
    },
    /** What to do with an event; after `ask` and `deliver-and-ask` the channel has to be asked for. */
    take: (seq: number): 'deliver' | 'deliver-and-ask' | 'drop' | 'ask' => {
      if (isAsking) return 'drop';
      if (position !== undefined && seq <= position) return 'drop';
      if (position !== undefined && seq > position + 1) return 'ask';
      position = seq;
      return seq === moreFrom ? 'deliver-and-ask' : 'deliver';
    },
  };
};

export type ChannelOrder = ReturnType<typeof channelOrder>;
