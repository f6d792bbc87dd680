import { invoking } from '../shared/invoke.ts';
import type { Portion } from './deliver.ts';

/** The input of `fan-out`: a page of connections, or a channel to continue with. */
export type FanOutTask = Portion | { readonly teamId: string; readonly channel: string };

/** Has the function `fan-out` work, when there is more than one page to send to. */
export const fanOutBy = (functionName: string) => {
  const { ask, hand } = invoking(functionName);
  return {
    /** Awaited, so that a channel continues with its next events only when all subscribers have these. */
    fanOutPage: async (portion: Portion): Promise<void> => {
      await ask(portion satisfies FanOutTask);
    },
    continueInBackground: (teamId: string, channel: string): Promise<void> =>
      hand({ teamId, channel } satisfies FanOutTask),
  };
};
