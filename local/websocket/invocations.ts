import type { FunctionHost, InvokeResult } from '../ports.ts';

/** How the functions of a WebSocket API are called. */
export interface InvocationOptions {
  readonly functions: FunctionHost;
  /** Whether the template lets this API invoke the function; AWS answers a missing permission as a failed function. */
  readonly mayInvoke?: (functionName: string, routeKey: string) => boolean;
  readonly onError?: (error: unknown, routeKey: string) => void;
}

/** Calls of functions that end: with their result, at the time of an integration, or when the runtime stops. */
export interface Invocations {
  /** Never rejects. `withdrawn` is aborted when the result is of no use any more, here or by the caller. */
  invoke(functionName: string, event: unknown, routeKey: string, withdrawn?: AbortController): Promise<InvokeResult>;
  /** Ends the wait for all running calls. */
  stop(): void;
}

const FAILED: InvokeResult = { payload: undefined, functionError: 'Unhandled' };

/** Calls functions for at most `integrationMs`. */
export const createInvocations = (options: InvocationOptions, integrationMs: number): Invocations => {
  /** Each ends the wait for one function. */
  const waits = new Set<() => void>();
  return {
    invoke: async (functionName, event, routeKey, withdrawn = new AbortController()) => {
      if (options.mayInvoke && !options.mayInvoke(functionName, routeKey)) {
        options.onError?.(new Error(`the template does not let the API invoke ${functionName}`), routeKey);
        return FAILED;
      }
      const { signal } = withdrawn;
      const tooLate = Promise.withResolvers<InvokeResult>();
      const giveUp = (): void => {
        tooLate.resolve(FAILED);
        withdrawn.abort();
      };
      const timer = setTimeout(giveUp, integrationMs);
      waits.add(giveUp);
      try {
        return await Promise.race([options.functions.invoke(functionName, event, signal), tooLate.promise]);
      } catch (error) {
        if (!signal.aborted) options.onError?.(error, routeKey);
        return FAILED;
      } finally {
        clearTimeout(timer);
        waits.delete(giveUp);
      }
    },
    stop: () => {
      for (const giveUp of waits) giveUp();
    },
  };
};
