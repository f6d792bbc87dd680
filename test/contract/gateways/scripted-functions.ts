import { AwsError, type FunctionHost, type InvokeResult } from '../../../local/ports.ts';

/** What a test's function gets to see, whichever gateway called it. */
// biome-ignore lint/suspicious/noExplicitAny: events are read as the untyped JSON that Lambda hands over
export type AnyEvent = any;

/** A function host whose functions are closures of the test; every event is kept, as the JSON that would travel. */
export const scriptedFunctions = (functions: Record<string, (event: AnyEvent) => unknown>) => {
  const invocations: { name: string; event: AnyEvent }[] = [];
  const withdrawals: string[] = [];
  const host: FunctionHost = {
    invoke: async (name, event, withdrawn): Promise<InvokeResult> => {
      withdrawn?.addEventListener('abort', () => withdrawals.push(name));
      const handler = functions[name];
      if (!handler) throw new AwsError('ResourceNotFoundException', `Function not found: ${name}`, 404);
      const copy = JSON.parse(JSON.stringify(event));
      invocations.push({ name, event: copy });
      try {
        return { payload: await handler(copy) };
      } catch (error) {
        return { payload: { errorMessage: String(error) }, functionError: 'Unhandled' };
      }
    },
  };
  return { host, invocations, withdrawals };
};
