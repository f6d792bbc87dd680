import { invoking } from '../shared/invoke.ts';
import type { Portion } from './deliver.ts';

/** What `fan-out` is asked for: a page of connections, or to go on with a channel. */
export type FanOutTask = Portion | { readonly teamId: string; readonly channel: string };

/** Has the function `fan-out` work, when there is more than one page to send to. */
export const fanOutBy = (functionName: string) => {
  const { ask, hand } = invoking(functionName);
  return {
    /** Awaited, so that a channel goes on to its next events only when everybody has these. */
    fanOutPage: async (portion: Portion): Promise<void> => {
      await ask(portion satisfies FanOutTask);
    },
    continueInBackground: (teamId: string, channel: string): Promise<void> =>
      hand({ teamId, channel } satisfies FanOutTask),
  };
};
