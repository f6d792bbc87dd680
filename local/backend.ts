import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { AwsService } from './aws/protocol.ts';
import { startStackServices } from './aws/stack-services.ts';
import { createEngineClient } from './dynamodb/engine-client.ts';
import { startExpiry } from './dynamodb/expiry.ts';
import { createGuard } from './dynamodb/guard.ts';
import { type LaggingIndexes, type LagOptions, startLaggingIndexes } from './dynamodb/lagging-indexes.ts';
import { ensureTables } from './dynamodb/tables.ts';
import { openUnfinished } from './dynamodb/unfinished.ts';
import { createEventSources, type EventSources } from './event-sources.ts';
import { type Faults, openFaults } from './faults/faults.ts';
import { faultyBucket, faultyDeliveries, faultyServices } from './faults/faulty-services.ts';
import type { StackAccess } from './iam/access.ts';
import { keptPorts } from './kept-ports.ts';
import { consoleLogs, type FunctionLogs, fileLogs } from './lambda/function-logs.ts';
import { createFunctionHost, type RunningFunctions } from './lambda/host.ts';
import { openMeters } from './ledger/meters.ts';
import type { Service } from './ports.ts';
import type { ProgramSpec } from './program-environment.ts';
import type { SecretStore } from './secrets/secret-store.ts';
import { type MailFolder, mailFolder } from './ses/mail-folder.ts';
import type { Queues } from './sqs/queues.ts';
import type { StartedServices } from './started-services.ts';
import { type StoresOptions, startStores } from './stores.ts';
import { readTables, type TableSpec } from './template/data.ts';
import { readFunctions } from './template/functions.ts';
import type { Stack } from './template/stack.ts';

/** The time for a running batch to finish; the whole stop may take two seconds. */
const DRAIN_MS = 1000;

export interface BackendOptions extends Omit<StoresOptions, 'observeS3' | 'aroundS3' | 'ports'> {
  /** A file that takes a line for each thing that AWS would charge for. */
  readonly ledger?: string;
  /** A plan of what goes wrong. */
  readonly faults?: string;
  /** Function output goes to standard error instead of files. */
  readonly verbose: boolean;
  /** A write that meets a transaction on one item is refused, as DynamoDB does. */
  readonly conflicts?: boolean;
}

type Environment = (spec: ProgramSpec) => Readonly<Record<string, string>>;

/** Everything behind the gateways: the data of a stack, its functions, and the services that they call. */
export interface Backend {
  /** Updates the tables to those of another stack. */
  readonly updateTables: (next: Stack) => Promise<void>;
  /** Address of the engine itself, which checks no signature. */
  readonly engineUrl: string;
  readonly queues: Queues;
  readonly secrets: SecretStore;
  readonly mails: MailFolder;
  readonly functions: RunningFunctions;
  readonly sources: EventSources;
  readonly logs: FunctionLogs;
  /** The current text of a secret. */
  readonly secretText: (arn: string) => string;
  readonly addresses: { readonly s3: string; readonly dynamodb: string; readonly aws: string };
  /** The environment of a program, once the addresses of all services are known. */
  readonly environmentOf: (spec: ProgramSpec) => Promise<Readonly<Record<string, string>>>;
  /** Gives programs their environment; until then none starts. */
  readonly open: (environment: Environment) => void;
}

/** Starts the backend of a stack. `current` answers the present stack, which an update replaces. */
export const startBackend = async (
  options: BackendOptions,
  { current, access, fail }: { current: () => Stack; access: StackAccess; fail: (error: unknown) => void },
  services: StartedServices,
): Promise<Backend> => {
  const { data, report } = options;
  const meters = services.add(openMeters(options.ledger));
  const faults = options.faults === undefined ? undefined : services.add(openFaults(options.faults, report));
  const ports = keptPorts(data.path);
  const stores = startStores(
    { ...options, ports, ...meters.s3(access), ...(faults ? { aroundS3: faultyBucket(faults) } : {}) },
    current(),
    access,
    services,
  );
  const { queues, secrets } = stores;
  const logs = services.add(options.verbose ? consoleLogs() : fileLogs(join(data.path, 'logs')));
  const environment = Promise.withResolvers<Environment>();
  const environmentOf = async (spec: ProgramSpec) => (await environment.promise)(spec);
  const scratch = emptyFolder(join(data.path, 'scratch'));
  const functions = meters.functions(
    createFunctionHost(readFunctions(current()), {
      logs,
      environmentOf: async (spec) => ({ ...(await environmentOf(spec)), TMPDIR: scratch }),
    }),
  );
  const engine = await stores.engine;
  const client = createEngineClient(engine.url);
  const tables = tablesOf(current);
  const unfinished = openUnfinished(join(data.path, 'tables.unfinished'));
  await ensureTables(client, tables(), unfinished);
  const engineFile = engine.file === undefined ? {} : { engineFile: engine.file };
  const delivered = faults ? faultyDeliveries(functions, faults) : functions;
  const heard = { queues, functions: delivered, access, report };
  const sources = createEventSources({ folder: data.path, client, ...heard, ...engineFile });
  services.add({ stop: () => drain(sources, functions) });
  const lagging = await laggingIndexes({ folder: data.path, tables, client, onFailure: fail }, faults, services);
  const table = createGuard({
    engineUrl: engine.url,
    access,
    partitionKeys: () => partitionKeys(tables()),
    primaryKeys: () => new Map(tables().map(({ name, primaryKey }) => [name, primaryKey])),
    onWrite: sources.wake,
    refusesConflicts: options.conflicts ?? false,
    ...(lagging ? { lagging } : {}),
  });
  services.add({ stop: async () => table.close() });
  services.add(startExpiry(client, tables, sources.wake, fail));
  const mails = mailFolder(data.path);
  const called = {
    stack: current,
    access,
    table,
    queues,
    secrets,
    mails,
    functions,
    onFailure: fail,
    metered: (all: Readonly<Record<string, AwsService>>) =>
      faults ? faultyServices(meters.services(all), faults) : meters.services(all),
    port: ports.port('aws'),
  };
  const aws = services.add(await startStackServices(called));
  const s3 = await stores.s3;
  ports.keep({ s3: s3.url, aws: aws.url });
  return {
    updateTables: (next) => ensureTables(client, readTables(next), unfinished),
    engineUrl: engine.url,
    queues,
    secrets,
    mails,
    functions,
    sources,
    logs,
    secretText: (arn) =>
      secrets.versions(secrets.find(arn)).find(({ stages }) => stages.includes('AWSCURRENT'))?.value ?? '',
    addresses: { s3: s3.url, dynamodb: aws.url, aws: aws.url },
    environmentOf,
    open: environment.resolve,
  };
};

/** Indexes that lag, where a plan of faults says so. */
const laggingIndexes = async (
  options: Omit<LagOptions, 'lag'>,
  faults: Faults | undefined,
  services: StartedServices,
): Promise<LaggingIndexes | undefined> => {
  const lag = faults?.indexLagged;
  return lag && services.add(await startLaggingIndexes({ ...options, lag }));
};

/** Files that a killed function was writing would stay; on AWS they go with the machine. */
const emptyFolder = (folder: string): string => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  return folder;
};

/** Batches that are being worked off have a while to finish; then their functions are stopped. */
const drain = async (sources: Service, functions: Service): Promise<void> => {
  const drained = sources.stop();
  await Promise.race([drained, pause(DRAIN_MS, undefined, { ref: false })]);
  await functions.stop();
  await drained;
};

/** The tables of the current stack, read again only when that is another one. */
const tablesOf = (current: () => Stack): (() => readonly TableSpec[]) => {
  let known = { stack: current(), tables: readTables(current()) };
  return () => {
    if (known.stack !== current()) known = { stack: current(), tables: readTables(current()) };
    return known.tables;
  };
};

const partitionKeys = (tables: readonly TableSpec[]): ReadonlyMap<string, string> =>
  new Map(tables.map((table) => [table.name, table.partitionKey]));
