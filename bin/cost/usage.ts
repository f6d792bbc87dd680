import type { Figures } from './figures.ts';

/** What AWS charges for, in the units of the price table. */
export type Item =
  | ('writeUnits' | 'readUnits' | 'tableStorage' | 'tableBackup')
  | ('s3Writes' | 's3Reads' | 's3Storage' | 'transferOut')
  | ('invocations' | 'gbSeconds' | 'httpCalls' | 'webSocketMessages' | 'connectionMinutes')
  | ('queueRequests' | 'secretCalls' | 'secrets' | 'alarms' | 'logs' | 'gatewayMonths')
  | ('edgeRequests' | 'edgeFunctions' | 'edgeOut');

/** How much of each. */
export type Usage = Readonly<Partial<Record<Item, number>>>;

/** Functions that no call of the HTTP API starts. */
const BEHIND: ReadonlySet<string> = new Set([
  ...[
    'announce',
    'fan-out',
    'queue-changes',
    'index-media',
    'queue-uploads',
    'process-upload',
    'examine-file',
    'read-text',
    'run-bulk',
    'draw-picture',
  ],
  ...['send-webhook', 'end-expired', 'sweep', 'connect', 'disconnect', 'message'],
]);
/** Functions that a queue starts: a message is sent, received and deleted. */
const BY_QUEUES: ReadonlySet<string> = new Set([
  ...['queue-uploads', 'process-upload', 'index-media', 'run-bulk', 'read-text', 'send-webhook'],
]);
const REQUESTS_OF_A_MESSAGE = 3;

/** At the sizes of the functions, Lambda gives a quarter to the whole of a processor; they were measured with a whole one. */
const PROCESSOR_FACTOR = 2;
/** What Lambda, the function and the access log write of an invocation. */
const LOG_BYTES = 1000;
const GB = 1024 ** 3;

const total = (values: Readonly<Record<string, number>>): number =>
  Object.values(values).reduce((sum, each) => sum + each, 0);
const matching = (values: Readonly<Record<string, number>>, chosen: (name: string) => boolean): number =>
  total(Object.fromEntries(Object.entries(values).filter(([name]) => chosen(name))));

/** What an operation uses that is done so often, with `listeners` connections that hear of it. */
export const usageOf = (figures: Figures, times: number, listeners = 1): Usage => {
  const { invocations, calls } = figures;
  const queued = matching(invocations, (name) => BY_QUEUES.has(name)) * REQUESTS_OF_A_MESSAGE;
  const all = total(invocations);
  return multiplied(times, {
    writeUnits: total(figures.writeUnits),
    readUnits: total(figures.readUnits),
    s3Writes: figures.s3Writes,
    s3Reads: figures.s3Reads,
    transferOut: figures.bytesOut / GB,
    invocations: all,
    gbSeconds: (figures.gbMilliseconds * PROCESSOR_FACTOR) / 1000,
    httpCalls: matching(invocations, (name) => !BEHIND.has(name)),
    webSocketMessages: (invocations.announce ?? 0) * listeners,
    queueRequests: queued + matching(calls, (name) => name.startsWith('sqs ')),
    secretCalls: matching(calls, (name) => name.startsWith('secretsmanager ')),
    logs: (all * LOG_BYTES) / GB,
  });
};

const multiplied = (times: number, usage: Usage): Usage =>
  Object.fromEntries(Object.entries(usage).map(([item, value]) => [item, value * times]));

/** All of these together. */
export const added = (...usages: readonly Usage[]): Usage => {
  const sums: Partial<Record<Item, number>> = {};
  for (const [item, value] of usages.flatMap((usage) => Object.entries(usage) as [Item, number][]))
    sums[item] = (sums[item] ?? 0) + value;
  return sums;
};
