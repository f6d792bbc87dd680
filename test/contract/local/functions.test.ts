import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type LocalStack, runLocalStack } from '../../support/drivers/local-stack/run.ts';

let stack: LocalStack;
beforeAll(async () => {
  stack = await runLocalStack();
});
afterAll(() => stack.stop());

const failureOf = (payload: unknown): { errorType: string; errorMessage: string } =>
  payload as { errorType: string; errorMessage: string };

describe('a function', () => {
  it('answers what its handler returns', async () => {
    expect(await stack.operate({ do: 'echo', value: { nested: ['ü', 1, null] } })).toEqual({ nested: ['ü', 1, null] });
    expect(await stack.operate({ do: 'echo' })).toBeUndefined();
  });

  it('sees its own environment and nothing of the host', async () => {
    const environment = (await stack.operate({ do: 'environment' })) as Record<string, string>;
    expect(environment).toMatchObject({
      TABLE: stack.output('TableName'),
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: stack.output('OperationsName'),
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      SOCKET_MANAGEMENT: `${stack.runtime.addresses.http}/ws`,
    });
    expect(Object.keys(environment)).not.toEqual(expect.arrayContaining(['HOME', 'JEST_WORKER_ID', 'USER']));
  });

  it('is given its context', async () => {
    const context = (await stack.operate({ do: 'context' })) as Record<string, unknown>;
    expect(context).toMatchObject({ functionName: stack.output('OperationsName'), memoryLimitInMB: '128' });
    expect(context.awsRequestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(context.remaining).toBeGreaterThan(0);
    expect(context.remaining).toBeLessThanOrEqual(5000);
  });

  it('keeps its state between requests, and takes one request at a time', async () => {
    const first = (await stack.operate({ do: 'count' })) as number;
    expect(await stack.operate({ do: 'count' })).toBe(first + 1);
  });

  it('fails with the error that it threw', async () => {
    const { payload, functionError } = await stack.runtime.functions.invoke(stack.output('OperationsName'), {
      do: 'fail',
      message: 'not today',
    });
    expect(functionError).toBe('Unhandled');
    expect(payload).toMatchObject({ errorType: 'TypeError', errorMessage: 'not today' });
  });

  it('that crashes fails its own request alone', async () => {
    const others = [1, 2, 3].map((value) => stack.operate({ do: 'echo', value }));
    const crash = stack.operate({ do: 'crash' });
    expect(await Promise.all(others)).toEqual([1, 2, 3]);
    expect(failureOf(await crash).errorMessage).toContain('outside of the handler');
    expect(await stack.operate({ do: 'echo', value: 'up again' })).toBe('up again');
  });

  it('that takes too long is ended', async () => {
    const { errorType, errorMessage } = failureOf(await stack.operate({ do: 'sleep', ms: 60_000 }));
    expect(errorType).toBe('Sandbox.Timedout');
    expect(errorMessage).toMatch(/Task timed out after 5\.00 seconds$/);
  });

  it('that takes too much memory is ended, and the runtime lives on', async () => {
    const { errorType } = failureOf(await stack.operate({ do: 'exhaust' }));
    expect(errorType).toBe('Runtime.OutOfMemory');
    expect(await stack.operate({ do: 'echo', value: 'alive' })).toBe('alive');
  });

  it('runs several requests side by side, and lets the rest wait', async () => {
    const requests = Array.from({ length: 12 }, () => stack.operate({ do: 'sleep', ms: 60 }));
    expect(await Promise.all(requests)).toHaveLength(12);
  });

  it('never begins with a request that was withdrawn while it waited', async () => {
    const name = stack.output('OperationsName');
    const key = { pk: { S: 'withdrawn' }, sk: { S: 'withdrawn' } };
    const busy = Array.from({ length: stack.runtime.functions.capacity(name) }, () =>
      stack.operate({ do: 'sleep', ms: 400 }),
    );
    const gone = new AbortController();
    const put = () => stack.runtime.functions.invoke(name, { do: 'put', item: key }, gone.signal);
    const waiting = put();
    gone.abort();
    await expect(waiting).rejects.toThrow('aborted');
    await expect(put()).rejects.toThrow('aborted');
    await Promise.all(busy);
    expect(await stack.operate({ do: 'get', key })).toBeUndefined();
    expect(await stack.operate({ do: 'put', item: key })).toBe('stored');
    expect(await stack.operate({ do: 'get', key })).toEqual(key);
  });

  it('loads native modules from where its layer would be', async () => {
    expect(await stack.operate({ do: 'sharp' })).toBe(true);
  });

  it('unknown by name is refused', async () => {
    await expect(stack.runtime.functions.invoke('Nobody', {})).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });
});
