/** Calls one function of the stack by its name. */
export interface Invoke {
  /** Waits for what the function answers. Throws when it fails; a function that is called too often throws `TooManyRequestsException`. */
  ask(input: object): Promise<unknown>;
  /** Has the function work, and does not wait for it. */
  hand(input: object): Promise<void>;
}

/** Calls a function. The client is loaded by the first call, since most of those who may call do so seldom. */
export const invoking = (functionName: string): Invoke => {
  const invoke = async (input: object, InvocationType: 'Event' | 'RequestResponse') => {
    const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
    const Payload = Buffer.from(JSON.stringify(input));
    const { FunctionError, Payload: answer } = await new LambdaClient({}).send(
      new InvokeCommand({ FunctionName: functionName, InvocationType, Payload }),
    );
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

const MOST_REPORTED = 500;

const textOf = (bytes: Uint8Array = new Uint8Array()): string => Buffer.from(bytes).toString('utf8');
