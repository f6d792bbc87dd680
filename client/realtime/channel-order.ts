/** The server's answer to a `resume`. */
export interface Resumed {
  readonly seq: number;
  readonly gap: boolean;
  /** There are more events beyond `seq`; ask again. */
  readonly more?: boolean;
}

/** Beyond the end of any log: the answer has the last `seq`, and nothing is sent again. */
const NEVER = Number.MAX_SAFE_INTEGER;

/**
 * The order of one channel, over any number of connections:
 *
 *     asking --answered--> listening --an event out of order, or more to come--> asking
 *
 * While it asks, events are ignored: all missed ones follow the answer.
 */
export const channelOrder = (since?: number) => {
  let position = since;
  let isAsking = false;
  let moreFrom: number | undefined;
  return {
    /** The last that was delivered; undefined before anything is known. */
    position: (): number | undefined => position,
    /** Starts to ask; answers the `since` to ask with. */
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
    /** What to do with an event; after `ask` and `deliver-and-ask` send `resume` for the channel. */
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
