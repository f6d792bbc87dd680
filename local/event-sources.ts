import { join } from 'node:path';
import type { EngineClient } from './dynamodb/engine-client.ts';
import { openStreamFile } from './dynamodb/stream-file.ts';
import { createStreamReader } from './dynamodb/stream-reader.ts';
import type { StackAccess } from './iam/access.ts';
import { openCheckpoints } from './lambda/checkpoints.ts';
import type { RunningFunctions } from './lambda/host.ts';
import { startQueueSource } from './lambda/queue-source.ts';
import { type StreamSource, startStreamSource } from './lambda/stream-source.ts';
import type { Service } from './ports.ts';
import type { Queues } from './sqs/queues.ts';
import { readTables, type TableSpec } from './template/data.ts';
import { type EventSourceSpec, readEventSources } from './template/functions.ts';
import type { Stack } from './template/stack.ts';
import { trimStreams } from './trim-streams.ts';

/** The dependencies of the event sources. */
export interface EventSourcesOptions {
  readonly folder: string;
  /** The engine's file; undefined for an engine on another host, which trims its stream itself. */
  readonly engineFile?: string;
  readonly client: EngineClient;
  readonly queues: Queues;
  readonly functions: RunningFunctions;
  readonly access: StackAccess;
  readonly report: (message: string) => void;
}

/** The running event source mappings of a stack. */
export interface EventSources extends Service {
  start(stack: Stack): void;
  /** Stops the running ones, so that others can be started. */
  halt(): Promise<void>;
  /** Notifies the stream consumers of a write. */
  wake(): void;
}

const TRIM_EVERY_MS = 30_000;

/** Prepares the event sources: queues and streams that call functions. The stream's consumers determine what may be trimmed. */
export const createEventSources = (options: EventSourcesOptions): EventSources => {
  const { client, functions, access, queues, report } = options;
  const checkpoints = openCheckpoints(join(options.folder, 'checkpoints.sqlite'));
  const streamFile = options.engineFile === undefined ? undefined : openStreamFile(options.engineFile);
  const streams: StreamSource[] = [];
  const others: Service[] = [];
  let stack: Stack | undefined;

  const streamSource = (source: EventSourceSpec, table: TableSpec): StreamSource => {
    const spec = functions.spec(source.functionName);
    const after = checkpoints.get(source.logicalId);
    return startStreamSource({
      source,
      reader: createStreamReader(client, table.name, source.sourceArn, {
        fromLatest: source.fromLatest,
        ...(after === undefined ? {} : { after }),
      }),
      functions,
      access,
      principal: access.principalOf(spec.roleLogicalId, spec.name),
      onProgress: (sequence) => checkpoints.set(source.logicalId, sequence),
      onGivenUp: async (records, reason) => {
        report(`${source.functionName} gave up ${records.length} stream records: ${JSON.stringify(reason)}`);
        if (source.onFailureArn?.startsWith('arn:aws:sqs:')) {
          await queues.send(source.onFailureArn, JSON.stringify(givenUp(source, records, reason)));
        }
      },
      report,
    });
  };

  const timer = setInterval(() => {
    if (stack !== undefined && streamFile !== undefined) trimStreams(stack, streamFile, checkpoints, report);
  }, TRIM_EVERY_MS).unref();

  const halt = async (): Promise<void> => {
    await Promise.all([...streams.splice(0), ...others.splice(0)].map((source) => source.stop()));
  };
  return {
    start: (next) => {
      stack = next;
      for (const source of readEventSources(next)) {
        const table = readTables(next).find(({ streamArn }) => streamArn === source.sourceArn);
        if (table) {
          streams.push(streamSource(source, table));
          continue;
        }
        const spec = functions.spec(source.functionName);
        const principal = access.principalOf(spec.roleLogicalId, spec.name);
        queues.queue(source.sourceArn);
        others.push(startQueueSource({ source, queues, functions, access, principal, report }));
      }
    },
    halt,
    wake: () => {
      for (const source of streams) source.wake();
    },
    stop: async () => {
      clearInterval(timer);
      await halt();
      checkpoints.close();
      streamFile?.close();
    },
  };
};

/** AWS's message to the destination of failures: the position of the records, not the records themselves. */
const givenUp = (
  source: EventSourceSpec,
  records: readonly { readonly dynamodb: object }[],
  reason: unknown,
): object => ({
  version: '1.0',
  timestamp: new Date().toISOString(),
  requestContext: { functionArn: source.functionName, condition: 'RetryAttemptsExhausted' },
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled', responsePayload: reason },
  DDBStreamBatchInfo: { batchSize: records.length, streamArn: source.sourceArn, first: records[0]?.dynamodb },
});
