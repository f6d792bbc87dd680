import type { InvokeCommandInput, InvokeCommandOutput } from '@aws-sdk/client-lambda';
import { MediaError } from '../domain/errors.ts';

/** Calls one function of the stack by its name. */
export interface Invoke {
  /** Waits for the function's answer. Throws when it fails; a throttled function throws `TooManyRequestsException`. */
  ask(input: object): Promise<unknown>;
  /** Has the function work, and does not wait for it. */
  hand(input: object): Promise<void>;
}

/** Calls a function. The client is loaded by the first call, since most functions call seldom, and keeps its connections. */
export const invoking = (functionName: string): Invoke => {
  let loading: Promise<(input: InvokeCommandInput) => Promise<InvokeCommandOutput>> | undefined;
  const load = async () => {
    const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
    const client = new LambdaClient({});
    return (input: InvokeCommandInput) => client.send(new InvokeCommand(input));
  };
  const invoke = async (input: object, InvocationType: 'Event' | 'RequestResponse') => {
    loading ??= load();
    const Payload = Buffer.from(JSON.stringify(input));
    const { FunctionError, Payload: answer } = await (await loading)({
      FunctionName: functionName,
      InvocationType,
      Payload,
    });
    if (FunctionError) throw new Error(`${functionName} failed: ${textOf(answer).slice(0, MOST_REPORTED)}`);
    return answer;
  };
  return {
    ask: async (input) => JSON.parse(textOf(await invoke(input, 'RequestResponse')) || 'null'),
    hand: async (input) => {
      await invoke(input, 'Event');
    },
  };
};

/** The answer of a function; when it is throttled, the refusal has `Retry-After`. */
export const askUnlessBusy = ({ ask }: Pick<Invoke, 'ask'>, input: object, message: string): Promise<unknown> =>
  ask(input).catch((error: unknown) => {
    if (!(error instanceof Error) || error.name !== 'TooManyRequestsException') throw error;
    throw new MediaError('BUSY', message, { cause: error, retryAfter: 2 });
  });

const MOST_REPORTED = 500;

const textOf = (bytes: Uint8Array = new Uint8Array()): string => Buffer.from(bytes).toString('utf8');
