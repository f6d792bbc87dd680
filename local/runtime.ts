import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startAwsEndpoint } from './aws/endpoint.ts';
import { type Container, createContainer } from './containers/container.ts';
import type { DataFolder } from './data-folder.ts';
import { startEngine } from './dynamodb/engine.ts';
import { createEngineClient } from './dynamodb/engine-client.ts';
import { startExpiry } from './dynamodb/expiry.ts';
import { createGuard } from './dynamodb/guard.ts';
import { ensureTables } from './dynamodb/tables.ts';
import { createEventSources } from './event-sources.ts';
import { createEventBus } from './events/protocol.ts';
import { startGateways, type WelcomeFacts } from './gateways.ts';
import { createAccess } from './iam/access.ts';
import { consoleLogs, fileLogs } from './lambda/function-logs.ts';
import { createFunctionHost, type RunningFunctions } from './lambda/host.ts';
import { HOST_MODULES } from './lambda/native-modules.ts';
import { createLambdaService, invokeAsEvent } from './lambda/protocol.ts';
import type { Credentials, Service } from './ports.ts';
import { environmentOf, type ProgramSpec } from './program-environment.ts';
import { bucketFromTemplate } from './s3/buckets.ts';
import { startS3 } from './s3/server.ts';
import { startClock } from './schedules/clock.ts';
import { createSecretsService } from './secrets/protocol.ts';
import { openSecretStore } from './secrets/secret-store.ts';
import { createSqsService } from './sqs/protocol.ts';
import { openQueues, type Queues } from './sqs/queues.ts';
import { localAddresses } from './template/apis.ts';
import { readContainers } from './template/containers.ts';
import { readBuckets, readQueues, readSecrets, readTables } from './template/data.ts';
import { readEventRules } from './template/event-rules.ts';
import { readFunctions, readSchedules } from './template/functions.ts';
import { loadStack, type Stack } from './template/stack.ts';

/** What a batch that is being worked off has to finish in; the whole of a stop may take two seconds. */
const DRAIN_MS = 1000;

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
  readonly dynamodbEndpoint?: string;
  /** What functions inherit of the host: `PATH` and `TZ`. */
  readonly hostEnvironment: Readonly<Record<string, string>>;
  /** What the welcome page names beyond addresses. Asked for each time. */
  readonly welcome?: () => WelcomeFacts | undefined;
  readonly report: (message: string) => void;
  /** The runtime cannot go on: a part that it needs is gone. */
  readonly onFatal: (reason: string) => void;
}

/** A stack that runs. */
export interface Runtime extends Service {
  readonly addresses: { readonly http: string; readonly s3: string; readonly dynamodb: string; readonly aws: string };
  /** The engine of the table itself, which checks nothing: for the runtime's own tests alone. */
  readonly engineUrl: string;
  readonly operator: Credentials;
  readonly functions: RunningFunctions;
  readonly queues: Queues;
  /** Outputs of the stack, with local addresses. */
  outputs(): Readonly<Record<string, string>>;
  /** Replaces the stack by a newly synthesized one. Data, addresses and keys stay. One that cannot be run leaves the old one at work. */
  update(outdir: string): Promise<void>;
}

/** Starts everything that the stack needs and resolves once all of it answers. */
export const startRuntime = async (options: RuntimeOptions): Promise<Runtime> => {
  const { data, report } = options;
  const started: Service[] = [];
  const underWay: Promise<unknown>[] = [];
  const fail = (error: unknown): void =>
    report(error instanceof Error ? (error.stack ?? error.message) : String(error));
  try {
    const starting = startEngine({
      folder: data.path,
      onExit: options.onFatal,
      ...(options.dynamodbEndpoint ? { endpoint: options.dynamodbEndpoint } : {}),
    });
    underWay.push(settled(starting.then((engine) => started.unshift(engine))));
    let stack = loadStack(options.outdir);
    const access = createAccess(stack, data.seed);
    const queues = openQueues(join(data.path, 'queues.sqlite'), readQueues(stack), !options.memory);
    started.push(queues);
    const secrets = openSecretStore(join(data.path, 'secrets.json'), readSecrets(stack));
    const logs = options.verbose ? consoleLogs() : fileLogs(join(data.path, 'logs'));
    started.push(logs);

    const environment = Promise.withResolvers<(spec: ProgramSpec) => Readonly<Record<string, string>>>();
    // Files of a function that was ended in the middle of them would stay, as they do not where its machine goes with it.
    const scratch = join(data.path, 'scratch');
    rmSync(scratch, { recursive: true, force: true });
    mkdirSync(scratch);
    const functions = createFunctionHost(readFunctions(stack), {
      logs,
      environmentOf: async (spec) => ({ ...(await environment.promise)(spec), TMPDIR: scratch }),
    });
    // Presigned addresses of a former run are checked before their function runs again.
    knowFunctions(stack, access.credentialsOf);
    const s3Starting = startS3({
      dataDir: join(data.path, 's3'),
      port: 0,
      access,
      buckets: readBuckets(stack).map(({ name, properties }) => bucketFromTemplate(name, properties as object)),
      notify: async (queueArn, body) => {
        await queues.send(queueArn, body);
      },
      memory: options.memory,
    });
    underWay.push(settled(s3Starting.then((server) => started.push(server))));
    const engine = await starting;
    const client = createEngineClient(engine.url);
    await ensureTables(client, readTables(stack));
    const sources = createEventSources({
      folder: data.path,
      client,
      queues,
      functions,
      access,
      report,
      ...(engine.file === undefined ? {} : { engineFile: engine.file }),
    });
    started.push({
      stop: async () => {
        const drained = sources.stop();
        await Promise.race([drained, pause(DRAIN_MS, undefined, { ref: false })]);
        await functions.stop();
        await drained;
      },
    });
    let tables = readTables(stack);
    const guard = createGuard({
      engineUrl: engine.url,
      access,
      partitionKeys: () => partitionKeys(tables),
      onWrite: sources.wake,
    });
    started.push({ stop: async () => guard.close() });
    started.push(startExpiry(client, () => tables, sources.wake, fail));
    const aws = await startAwsEndpoint({
      access,
      services: {
        dynamodb: guard,
        sqs: createSqsService(queues, access),
        secretsmanager: createSecretsService(secrets, access, (name, event) => invokeAsEvent(functions, name, event)),
        lambda: createLambdaService(functions, access, fail),
        events: createEventBus({
          rules: () => readEventRules(stack),
          access,
          deliver: async (targetArn, event) => {
            if (targetArn.startsWith('arn:aws:sqs:')) await queues.send(targetArn, JSON.stringify(event));
            else await invokeAsEvent(functions, targetArn, event);
          },
        }),
      },
      onFailure: fail,
    });
    started.push(aws);
    const s3 = await s3Starting;
    const containerOf = (current: Stack): Container | undefined => {
      const [spec] = readContainers(current);
      return (
        spec &&
        createContainer(spec, {
          environmentOf: async () => {
            // A gateway that starts clears what another one left, so that no other program may keep files there.
            const folder = join(data.path, 'gateway');
            mkdirSync(folder, { recursive: true });
            return { ...(await environment.promise)(spec), NODE_PATH: HOST_MODULES, TMPDIR: folder };
          },
          onOutput: (chunk) => logs.write('upload-gateway', chunk),
        })
      );
    };
    let container = containerOf(stack);
    started.push({ stop: async () => container?.stop() });
    const gateways = await startGateways({
      port: options.port,
      stack,
      functions,
      access,
      report,
      uploadGateway: () => container,
      welcome: () => {
        const facts = options.welcome?.();
        return facts && { ...facts, ...addresses, ws: outputs().WebSocketUrl ?? '' };
      },
    });
    started.push(gateways);

    const addresses = { http: gateways.url, s3: s3.url, dynamodb: aws.url, aws: aws.url };
    const outputs = (): Record<string, string> => {
      const local = localAddresses(stack, addresses);
      return Object.fromEntries(Object.entries(stack.outputs).map(([name, value]) => [name, local(value)]));
    };
    const surroundings = { addresses, credentialsOf: access.credentialsOf, hostEnvironment: options.hostEnvironment };
    environment.resolve((spec) => environmentOf(stack, spec, surroundings));
    const startSchedules = (): Service =>
      startClock({
        schedules: readSchedules(stack),
        invoke: (functionArn, event) => invokeAsEvent(functions, functionArn, event),
        onFailure: fail,
      });
    let clock = startSchedules();
    started.push({ stop: () => clock.stop() });
    sources.start(stack);
    const take = async (next: Stack): Promise<void> => {
      const nextTables = readTables(next);
      await ensureTables(client, nextTables);
      await sources.halt();
      await clock.stop();
      stack = next;
      tables = nextTables;
      access.update(next);
      queues.update(readQueues(next));
      secrets.update(readSecrets(next));
      functions.update(readFunctions(next));
      knowFunctions(next, access.credentialsOf);
      const retired = container;
      container = containerOf(next);
      await retired?.stop();
      gateways.update(next);
      clock = startSchedules();
      sources.start(next);
    };

    return {
      addresses,
      engineUrl: engine.url,
      operator: access.operator,
      functions,
      queues,
      outputs,
      update: async (outdir) => {
        const before = stack;
        const next = loadStack(outdir);
        refuseNewBuckets(before, next);
        try {
          await take(next);
        } catch (error) {
          // Some of its parts may have been taken over, and what calls functions may have been halted.
          await take(before).catch(fail);
          throw error;
        }
      },
      stop: () => stopAll(started, fail),
    };
  } catch (error) {
    // What was still starting is awaited, so that it can be stopped.
    await Promise.all(underWay);
    await stopAll(started, () => {});
    throw error;
  }
};

/** Waits for the end of a start, whichever it is: its failure is reported where it is awaited. */
const settled = (start: Promise<unknown>): Promise<unknown> => start.catch(() => {});

const stopAll = async (started: Service[], fail: (error: unknown) => void): Promise<void> => {
  // In the reverse order: first what takes requests, last what keeps their data.
  for (const service of started.splice(0).reverse()) await service.stop().catch(fail);
};

const knowFunctions = (stack: Stack, credentialsOf: (role: string, name: string) => Credentials): void => {
  for (const { roleLogicalId, name } of readFunctions(stack)) credentialsOf(roleLogicalId, name);
};

const partitionKeys = (tables: ReturnType<typeof readTables>): ReadonlyMap<string, string> =>
  new Map(tables.map((table) => [table.name, table.partitionKey]));

const refuseNewBuckets = (before: Stack, after: Stack): void => {
  const describe = (stack: Stack): string => JSON.stringify(readBuckets(stack));
  if (describe(before) !== describe(after))
    throw new Error('The bucket changed in the template: start again to use it.');
};
