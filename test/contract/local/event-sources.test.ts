import { describe, expect, it } from '@jest/globals';
import { createEngineClient } from '../../../local/dynamodb/engine-client.ts';
import {
  eventually,
  type LocalStack,
  runLocalStack,
  synthesize,
  type Template,
  temporaryFolder,
} from '../../support/drivers/local-stack/run.ts';

type Item = Record<string, { S?: string; N?: string }>;

/** How often the consumers saw something. */
const times = async (stack: LocalStack, pk: string): Promise<number> => {
  const client = createEngineClient(stack.runtime.engineUrl);
  const { Item } = await client('GetItem', { TableName: stack.output('SeenTableName'), Key: { pk: { S: pk } } });
  return Number((Item as Item | undefined)?.times?.N ?? 0);
};
const seen = (stack: LocalStack, pk: string, atLeast = 1): Promise<number> =>
  eventually(async () => ((await times(stack, pk)) >= atLeast ? times(stack, pk) : undefined), stack);

const put = (stack: LocalStack, pk: string): Promise<unknown> =>
  stack.operate({ do: 'put', item: { pk: { S: pk }, sk: { S: 'x' } } });

const deadLetters = (stack: LocalStack): Promise<readonly { readonly body: string }[]> =>
  eventually(async () => {
    const messages = await stack.runtime.queues.receive(stack.output('DeadLettersUrl').replace(/^.*\//, ''), {
      limit: 10,
    });
    return messages.length > 0 ? messages : undefined;
  }, stack);

const pauseStreams = (template: Template): void => {
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type === 'AWS::Lambda::EventSourceMapping' && Properties.StartingPosition) Properties.Enabled = false;
  }
};

const running = async (
  work: (stack: LocalStack) => Promise<void>,
  options?: Parameters<typeof runLocalStack>[0],
): Promise<void> => {
  const stack = await runLocalStack(options);
  try {
    await work(stack);
  } finally {
    await stack.stop();
  }
};

describe('a queue', () => {
  it('brings an upload to its function', () =>
    running(async (stack) => {
      expect(await stack.operate({ do: 'upload', key: 'originals/cat', body: 'meow' })).toBe('uploaded');
      expect(await seen(stack, 'QUEUE#originals/cat')).toBe(1);
    }));

  it('repeats what the function reports as failed, then leaves it to the dead letters, and spares the rest of the batch', () =>
    running(async (stack) => {
      const queue = stack.output('QueueUrl').replace(/^.*\//, '');
      await Promise.all(['good', 'poison', 'fine'].map((body) => stack.runtime.queues.send(queue, body)));
      expect(await seen(stack, 'QUEUE#poison', 2)).toBe(2);
      expect((await deadLetters(stack)).map(({ body }) => body)).toEqual(['poison']);
      expect([await times(stack, 'QUEUE#good'), await times(stack, 'QUEUE#fine')]).toEqual([1, 1]);
      expect(stack.runtime.queues.counts(queue)).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    }));

  it('keeps its messages over a restart', async () => {
    const folder = temporaryFolder();
    const paused = synthesize((template) => {
      for (const { Type, Properties } of Object.values(template.Resources)) {
        if (Type === 'AWS::Lambda::EventSourceMapping') Properties.Enabled = false;
      }
    });
    await running(
      async (stack) => {
        const queue = stack.output('QueueUrl').replace(/^.*\//, '');
        await stack.runtime.queues.send(queue, 'kept');
        // Taken and never finished: after a restart no consumer works on it, so it is there at once.
        expect(await stack.runtime.queues.receive(queue, { limit: 1, visibilityMs: 3_600_000 })).toHaveLength(1);
      },
      { folder, outdir: paused },
    );
    await running(
      async (stack) => {
        expect(await seen(stack, 'QUEUE#kept')).toBe(1);
      },
      { folder },
    );
  });
});

describe('a stream', () => {
  it('brings the changes that pass its filter to its function', () =>
    running(async (stack) => {
      await put(stack, 'TAG#1');
      await put(stack, 'MEDIA#1');
      expect(await seen(stack, 'STREAM#MEDIA#1')).toBe(1);
      expect(await times(stack, 'STREAM#TAG#1')).toBe(0);
    }));

  it('goes on after a restart where it was, and loses nothing', async () => {
    const folder = temporaryFolder();
    await running(
      async (stack) => {
        await put(stack, 'MEDIA#before');
        expect(await seen(stack, 'STREAM#MEDIA#before')).toBe(1);
      },
      { folder },
    );
    await running(
      async (stack) => {
        for (const name of ['a', 'b', 'c']) await put(stack, `MEDIA#${name}`);
      },
      { folder, outdir: synthesize(pauseStreams) },
    );
    await running(
      async (stack) => {
        for (const name of ['a', 'b', 'c']) expect(await seen(stack, `STREAM#MEDIA#${name}`)).toBe(1);
        expect(await times(stack, 'STREAM#MEDIA#before')).toBe(1);
      },
      { folder },
    );
  });

  it('splits a batch around a poisoned record, gives it up after its attempts, and goes on', async () => {
    const folder = temporaryFolder();
    await running(
      async (stack) => {
        for (const name of ['a', 'poison', 'b']) await put(stack, `MEDIA#${name}`);
      },
      { folder, outdir: synthesize(pauseStreams) },
    );
    await running(
      async (stack) => {
        expect(await seen(stack, 'STREAM#MEDIA#b')).toBe(1);
        expect(await times(stack, 'STREAM#MEDIA#poison')).toBeGreaterThanOrEqual(2);
        const [letter] = await deadLetters(stack);
        expect(JSON.parse(letter?.body ?? '{}')).toMatchObject({
          requestContext: { condition: 'RetryAttemptsExhausted' },
          DDBStreamBatchInfo: { batchSize: 1 },
        });
      },
      { folder },
    );
  });
});
