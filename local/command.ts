import { fileURLToPath } from 'node:url';
import { greeting, readyOf } from './announcement.ts';
import { type DataFolder, FolderInUse, takeFolder, takeMemoryFolder } from './data-folder.ts';
import { isDiskFull, watchDisk } from './disk-reserve.ts';
import { expectParts } from './folder-parts.ts';
import { BadOptions, HELP, type Options, parseOptions } from './options.ts';
import { ensureOwner, type Owner } from './owner.ts';
import type { Service } from './ports.ts';
import { type Runtime, startRuntime } from './runtime.ts';
import { DamagedFile } from './sqlite.ts';
import { INPUTS, markUsed, synthesizedStack } from './synth.ts';
import { startWatch } from './watch.ts';

/** The context of the command line. */
export interface CommandContext {
  readonly parameters: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));
// Stopping takes milliseconds. A hanging part must not keep the terminal.
const LONGEST_STOP_MS = 1_800;
const STAY_MS = 600_000;

const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Runs the command. Answers when the runtime is up; the process then lives until it is stopped. */
export const runCommand = async ({ parameters, environment }: CommandContext): Promise<void> => {
  let options: Options;
  try {
    options = parseOptions(parameters);
  } catch (error) {
    if (!(error instanceof BadOptions)) throw error;
    say(error.message);
    process.exitCode = 2;
    return;
  }
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const running: Service[] = [];
  const stop = stopOnSignals(running);
  try {
    await boot(options, environment, running, stop);
  } catch (error) {
    say(explain(error, options, environment.DEBUG !== undefined));
    await stop(1);
  }
};

const boot = async (
  options: Options,
  environment: CommandContext['environment'],
  running: Service[],
  stop: (code: number) => Promise<void>,
): Promise<void> => {
  const host = inherited(environment);
  const context = { ...scannerContext(environment), ...options.context };
  const synthesizing = synthesizedStack(ROOT, host, context);
  // Checked again below; a folder in use is the better message.
  synthesizing.catch(() => {});
  const data = options.memory ? takeMemoryFolder() : takeFolder(options.data);
  running.unshift({ stop: async () => data.release() });
  expectParts(data.path, { ownTable: !environment.DYNAMODB_ENDPOINT });
  if (!options.memory) running.unshift(watchDisk(data.path, say));
  const outdir = await synthesizing;
  let owner: Owner | undefined;
  const runtime: Runtime = await startRuntime({
    outdir,
    data,
    memory: options.memory,
    port: options.port,
    verbose: options.verbose,
    conflicts: options.conflicts,
    ...(options.ledger === undefined ? {} : { ledger: options.ledger }),
    ...(options.faults === undefined ? {} : { faults: options.faults }),
    hostEnvironment: { PATH: host.PATH ?? '' },
    ...(environment.DYNAMODB_ENDPOINT ? { dynamodbEndpoint: environment.DYNAMODB_ENDPOINT } : {}),
    welcome: () => {
      const { TableName = '', BucketName = '' } = runtime.outputs();
      return owner && { table: TableName, bucket: BucketName, owner };
    },
    report: say,
    onFatal: (reason) => {
      say(reason);
      void stop(1);
    },
  });
  running.unshift(runtime);
  setInterval(() => markUsed(outdir), STAY_MS).unref();
  const { CreateOwnerFunctionName: createOwner, ManagePeopleFunctionName: managePeople } = runtime.outputs();
  owner = await ensureOwner(data.path, runtime.functions, { createOwner, managePeople });
  if (createOwner !== undefined) runtime.functions.rest(createOwner);
  if (options.watch) running.unshift(watchSources(runtime, host, context));
  const ready = readyOf(runtime, owner);
  process.stdout.write(options.json ? `${JSON.stringify(ready)}\n` : greeting(ready, place(options, data)));
};

const watchSources = (
  runtime: Runtime,
  host: Readonly<Record<string, string>>,
  context: Readonly<Record<string, unknown>>,
): Service => {
  let last = '';
  let staying: NodeJS.Timeout | undefined;
  return startWatch(
    ROOT,
    INPUTS,
    async () => {
      const outdir = await synthesizedStack(ROOT, host, context);
      if (outdir === last) return;
      // After any failed attempt, the next one starts afresh.
      last = '';
      await runtime.update(outdir);
      last = outdir;
      clearInterval(staying);
      staying = setInterval(() => markUsed(outdir), STAY_MS).unref();
      say(`Rebuilt at ${new Date().toLocaleTimeString()}.`);
    },
    (error) => say(error instanceof Error ? error.message : String(error)),
  );
};

const place = (options: Options, data: DataFolder): string =>
  options.memory ? 'in memory, gone at exit' : `${data.path}  (delete it to start afresh)`;

/** Uploads are scanned by the ClamAV daemon that `CLAMD_HOST` names, at `CLAMD_PORT` or the usual one. */
const scannerContext = ({
  CLAMD_HOST,
  CLAMD_PORT,
}: CommandContext['environment']): Readonly<Record<string, unknown>> =>
  CLAMD_HOST
    ? { malwareScanner: 'clamd', 'clamd.host': CLAMD_HOST, ...(CLAMD_PORT ? { 'clamd.port': CLAMD_PORT } : {}) }
    : {};

/** The environment that the synthesis and the functions inherit of this process: no credentials, no options of Node.js. */
const inherited = (environment: CommandContext['environment']): Record<string, string> =>
  Object.fromEntries(
    ['PATH', 'HOME', 'TMPDIR', 'LANG'].flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

const stopOnSignals = (running: Service[]): ((code: number) => Promise<void>) => {
  let stopping: Promise<void> | undefined;
  const stop = (code: number): Promise<void> => {
    stopping ??= (async () => {
      setTimeout(() => process.exit(code), LONGEST_STOP_MS).unref();
      for (const service of running) await service.stop().catch((error: unknown) => say(String(error)));
      process.exit(code);
    })();
    return stopping;
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
  return stop;
};

const explain = (error: unknown, options: Options, whole: boolean): string => {
  if (!(error instanceof Error)) return String(error);
  if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
    return `Port ${options.port} is in use. Choose another with --port, or --port 0 for a free one.`;
  }
  if (isDiskFull(error)) return `The disk of ${options.data} is full. Make room, and start again. (${error.message})`;
  return whole && !(error instanceof FolderInUse || error instanceof DamagedFile)
    ? (error.stack ?? error.message)
    : error.message;
};
