import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** The one line that `npm start -- --json` prints. */
export interface Ready {
  readonly http: string;
  /** The HTTP API behind the edge, with the setting `edge`. */
  readonly api?: string;
  readonly welcome: string;
  readonly ws: string;
  readonly s3: string;
  readonly dynamodb: string;
  readonly table: string;
  readonly bucket: string;
  readonly email: string;
  readonly password: string;
  readonly apiKey: string;
  readonly aws: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  /** Outputs of the stack, with local addresses. */
  readonly outputs: {
    readonly ProcessingQueueUrl: string;
    readonly AuthSecretArn: string;
    readonly SweepFunctionName: string;
    readonly RecountFunctionName: string;
    readonly RebuildIndexFunctionName: string;
    readonly RereadMetadataFunctionName: string;
    readonly CreateOwnerFunctionName: string;
    readonly ManagePeopleFunctionName: string;
  };
}

export interface Runtime {
  readonly ready: Ready;
  readonly child: ChildProcess;
  /** The runtime's standard error. */
  readonly errors: () => string;
  readonly stop: () => Promise<number | null>;
  /** Like a power cut. */
  readonly kill: () => Promise<void>;
}

/** A little less than a hook's timeout: a runtime that is not up by then reports why, and is stopped. */
const BOOT_MS = 110_000;

/** With `EDGE=1`, each runtime whose test does not set `edge` has one: `EDGE=1 npm test -- test/journeys/serving.test.ts`. */
const atTheEdge = (flags: readonly string[]): readonly string[] =>
  process.env.EDGE === '1' && !flags.some((flag) => flag.startsWith('edge=')) ? ['-c', 'edge={}'] : [];

/** Starts the local runtime as a user does, on free ports; in memory unless a data folder is named. `program` is that of another project. */
export const startRuntime = async (
  flags: readonly string[] = ['--memory'],
  environment: Readonly<Record<string, string>> = {},
  program = 'local/main.ts',
): Promise<Runtime> => {
  const child = spawn(process.execPath, [program, '--json', '--port', '0', ...flags, ...atTheEdge(flags)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors = (errors + chunk).slice(-20_000);
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const overdue = setTimeout(() => child.kill('SIGKILL'), BOOT_MS);
  const ready = await new Promise<Ready>((resolve, reject) => {
    createInterface(child.stdout).once('line', (line) => resolve(JSON.parse(line) as Ready));
    child.once('exit', (code) => reject(new Error(`the runtime ended with ${code} before it was ready\n${errors}`)));
  }).finally(() => clearTimeout(overdue));
  return {
    ready,
    child,
    errors: () => errors,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
};
