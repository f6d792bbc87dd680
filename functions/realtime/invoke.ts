import type { Portion } from './deliver.ts';

/** What `fan-out` is asked for: a page of connections, or to go on with a channel. */
export type FanOutTask = Portion | { readonly teamId: string; readonly channel: string };

/** Has the function `fan-out` work. The client is loaded when there is more than one page to send to, which is seldom. */
export const fanOutBy = (functionName: string) => {
  const invoke = async (task: FanOutTask, InvocationType: 'Event' | 'RequestResponse'): Promise<void> => {
    const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
    const Payload = Buffer.from(JSON.stringify(task));
    const { FunctionError } = await new LambdaClient({}).send(
      new InvokeCommand({ FunctionName: functionName, InvocationType, Payload }),
    );
    if (FunctionError) throw new Error(`${functionName} failed for ${task.channel}`);
  };
  return {
    /** Awaited, so that a channel goes on to its next events only when everybody has these. */
    elsewhere: (portion: Portion): Promise<void> => invoke(portion, 'RequestResponse'),
    handOver: (teamId: string, channel: string): Promise<void> => invoke({ teamId, channel }, 'Event'),
  };
};
