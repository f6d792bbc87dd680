import { join } from 'node:path';
import { type Backend, startBackend } from './backend.ts';
import { uploadGatewayOf } from './containers/upload-gateway.ts';
import { type CustomValues, makeCustomResources } from './custom-resources.ts';
import type { DataFolder } from './data-folder.ts';
import { startEdgeOf } from './edge-of-stack.ts';
import { type Gateways, startGateways, type WelcomeFacts } from './gateways.ts';
import { createAccess } from './iam/access.ts';
import type { RunningFunctions } from './lambda/host.ts';
import { invokeAsEvent } from './lambda/protocol.ts';
import type { Credentials, Service } from './ports.ts';
import { environmentOf } from './program-environment.ts';
import { startClock } from './schedules/clock.ts';
import type { Queues } from './sqs/queues.ts';
import { type StartedServices, startedServices } from './started-services.ts';
import { localAddresses } from './template/apis.ts';
import { readBuckets, readQueues, readSecrets } from './template/data.ts';
import { readEdge } from './template/edge.ts';
import { readFunctions, readSchedules } from './template/functions.ts';
import { loadStack, type Stack } from './template/stack.ts';

/** How a stack is run. */
export interface RuntimeOptions {
  /** The synthesized stack: a `cdk.out` folder. */
  readonly outdir: string;
  readonly data: DataFolder;
  /** Nothing waits for the disk. */
  readonly memory: boolean;
  /** Port of the HTTP API; 0 takes a free one. */
  readonly port: number;
  /** Function output goes to standard error instead of files. */
  readonly verbose: boolean;
  /** A write that meets a transaction on one item is refused, as DynamoDB does. */
  readonly conflicts?: boolean;
  readonly dynamodbEndpoint?: string;
  /** A file that takes a line for each thing that AWS would charge for. */
  readonly ledger?: string;
  /** A plan of what goes wrong. */
  readonly faults?: string;
  /** Variables that functions inherit of the host: `PATH` and `TZ`. */
  readonly hostEnvironment: Readonly<Record<string, string>>;
  /** The content of the welcome page beyond addresses. Read for each request. */
  readonly welcome?: () => WelcomeFacts | undefined;
  readonly report: (message: string) => void;
  /** The runtime cannot continue: a needed part is gone. */
  readonly onFatal: (reason: string) => void;
}

/** A stack that runs. */
export interface Runtime extends Service {
  readonly addresses: {
    /** The address of everything: the edge's, in a stack that has one. */
    readonly http: string;
    /** The HTTP API behind the edge. */
    readonly api?: string;
    readonly s3: string;
    readonly dynamodb: string;
    readonly aws: string;
  };
  /** The engine of the table itself, which checks no signature: only for the runtime's own tests. */
  readonly engineUrl: string;
  readonly operator: Credentials;
  readonly functions: RunningFunctions;
  readonly queues: Queues;
  /** Outputs of the stack, with local addresses. */
  outputs(): Readonly<Record<string, string>>;
  /** Replaces the stack by a newly synthesized one. Data, addresses and keys stay. If it cannot be run, the old one stays. */
  update(outdir: string): Promise<void>;
}

/** Starts everything that the stack needs and resolves once all of it answers. */
export const startRuntime = async (options: RuntimeOptions): Promise<Runtime> => {
  const services = startedServices();
  try {
    return await startStack(options, services);
  } catch (error) {
    await services.stop(() => {});
    throw error;
  }
};

const startStack = async (options: RuntimeOptions, services: StartedServices): Promise<Runtime> => {
  const { data, report } = options;
  const fail = (error: unknown): void =>
    report(error instanceof Error ? (error.stack ?? error.message) : String(error));
  let stack = loadStack(options.outdir);
  const access = createAccess(stack, data.seed);
  // Presigned addresses of a former run are checked before their function runs again.
  knowFunctions(stack, access.credentialsOf);
  const backend = await startBackend(options, { current: () => stack, access, fail }, services);
  const { functions, queues, sources, secretText } = backend;
  const containerOf = (of: Stack) => containerIn(of, data, backend);
  let container = containerOf(stack);
  services.add({ stop: async () => container?.stop() });
  const gateways: Gateways = services.add(
    await startGateways({
      port: readEdge(stack) ? 0 : options.port,
      stack,
      functions,
      access,
      report,
      journal: join(data.path, 'connections'),
      uploadGateway: () => container,
      welcome: () => {
        const facts = options.welcome?.();
        const own = { mails: backend.mails.list, http: publicUrl(), ws: outputs().WebSocketUrl ?? '' };
        return facts && { ...facts, ...addresses, ...own };
      },
    }),
  );
  let custom: CustomValues = new Map();
  const behind = { http: gateways.url, ...backend.addresses };
  const inFront = { port: options.port, current: () => stack, access, addresses: behind, secretText, report };
  const edge = await startEdgeOf({ ...inFront, custom: () => custom });
  if (edge) services.add(edge);
  const addresses = { ...behind, ...(edge ? { edge: edge.url } : {}) };
  const publicUrl = (): string => edge?.url ?? gateways.url;
  const outputs = (): Record<string, string> => outputsOf(stack, addresses);
  const { hostEnvironment } = options;
  const context = { addresses, custom: () => custom, credentialsOf: access.credentialsOf, hostEnvironment };
  backend.open((spec) => environmentOf(stack, spec, context));
  custom = await makeCustomResources(stack, functions);
  let clock = startSchedules(stack, functions, fail);
  services.add({ stop: () => clock.stop() });
  sources.start(stack);

  const take = async (next: Stack): Promise<void> => {
    await backend.updateTables(next);
    await sources.halt();
    await clock.stop();
    stack = next;
    access.update(next);
    queues.update(readQueues(next));
    backend.secrets.update(readSecrets(next));
    functions.update(readFunctions(next));
    knowFunctions(next, access.credentialsOf);
    custom = await makeCustomResources(next, functions);
    const retired = container;
    container = containerOf(next);
    await retired?.stop();
    gateways.update(next);
    clock = startSchedules(next, functions, fail);
    sources.start(next);
  };
  return {
    addresses: { ...addresses, http: publicUrl(), ...(edge ? { api: gateways.url } : {}) },
    engineUrl: backend.engineUrl,
    operator: access.operator,
    functions,
    queues,
    outputs,
    update: async (outdir) => replaceStack(stack, loadStack(outdir), take, fail),
    stop: () => services.stop(fail),
  };
};

/** The container for large forms, in a stack that has one. */
const containerIn = (stack: Stack, data: DataFolder, { environmentOf, logs }: Backend) =>
  uploadGatewayOf(stack, {
    dataFolder: data.path,
    environmentOf,
    onOutput: (chunk) => logs.write('upload-gateway', chunk),
  });

/** Outputs of the stack, with local addresses. */
const outputsOf = (stack: Stack, addresses: Parameters<typeof localAddresses>[1]): Record<string, string> => {
  const local = localAddresses(stack, addresses);
  return Object.fromEntries(Object.entries(stack.outputs).map(([name, value]) => [name, local(value)]));
};

const startSchedules = (stack: Stack, functions: RunningFunctions, onFailure: (error: unknown) => void): Service =>
  startClock({
    schedules: readSchedules(stack),
    invoke: (functionArn, event) => invokeAsEvent(functions, functionArn, event),
    onFailure,
  });

const replaceStack = async (
  before: Stack,
  next: Stack,
  take: (stack: Stack) => Promise<void>,
  fail: (error: unknown) => void,
): Promise<void> => {
  refuseNewBuckets(before, next);
  if ((readEdge(before) === undefined) !== (readEdge(next) === undefined))
    throw new Error('The edge came or went in the template: start again to use it.');
  try {
    await take(next);
  } catch (error) {
    // Some of its parts may be in use already, and event sources may be stopped.
    await take(before).catch(fail);
    throw error;
  }
};

const knowFunctions = (stack: Stack, credentialsOf: (role: string, name: string) => Credentials): void => {
  for (const { roleLogicalId, name } of readFunctions(stack)) credentialsOf(roleLogicalId, name);
};

const refuseNewBuckets = (before: Stack, after: Stack): void => {
  const describe = (stack: Stack): string => JSON.stringify(readBuckets(stack));
  if (describe(before) !== describe(after))
    throw new Error('The bucket changed in the template: start again to use it.');
};
