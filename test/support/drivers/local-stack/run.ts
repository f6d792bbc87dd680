import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { takeFolder } from '../../../../local/data-folder.ts';
import { type Runtime, startRuntime } from '../../../../local/runtime.ts';
import { memoryFolder } from '../memory-folder.ts';

/** A template as JSON, to be changed by a test. */
// biome-ignore lint/suspicious/noExplicitAny: a test reaches into a template as deep as it likes
export type Template = { Resources: Record<string, { Type: string; Properties: any }>; Outputs: Record<string, any> };

/** A running fixture stack, and its files. */
export interface LocalStack {
  readonly runtime: Runtime;
  readonly folder: string;
  readonly reports: string[];
  output(name: string): string;
  /** Invokes the function of many operations. */
  operate(event: Readonly<Record<string, unknown>>): Promise<unknown>;
  stop(): Promise<void>;
}

let synthesized: string | undefined;

/** Synthesizes the fixture stack once for each test file; answers a copy that may be changed. */
export const synthesize = (change?: (template: Template) => void): string => {
  if (synthesized === undefined || !existsSync(synthesized)) {
    synthesized = temporaryFolder();
    execFileSync(process.execPath, [join(import.meta.dirname, 'app.ts')], {
      env: { PATH: process.env.PATH, CDK_OUTDIR: synthesized },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  if (change === undefined) return synthesized;
  const copy = temporaryFolder();
  cpSync(synthesized, copy, { recursive: true });
  const file = join(copy, 'Fixture.template.json');
  const template = JSON.parse(readFileSync(file, 'utf8')) as Template;
  change(template);
  writeFileSync(file, JSON.stringify(template));
  return copy;
};

const folders: string[] = [];
const stacks: LocalStack[] = [];
// Hooks run in the order in which they were defined, so this one comes before those of the tests: it stops everything that
// still runs.
afterAll(async () => {
  await Promise.all(stacks.splice(0).map((stack) => stack.stop()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A new folder that is removed after the tests of a file. */
export const temporaryFolder = (): string => {
  const folder = memoryFolder('stack-of-tests-');
  folders.push(folder);
  return folder;
};

/** Runs the fixture stack on free ports. */
export const runLocalStack = async (
  options: {
    readonly folder?: string;
    readonly outdir?: string;
    readonly conflicts?: boolean;
    readonly faults?: string;
  } = {},
): Promise<LocalStack> => {
  const folder = options.folder ?? temporaryFolder();
  const reports: string[] = [];
  const data = takeFolder(folder);
  const runtime = await startRuntime({
    outdir: options.outdir ?? synthesize(),
    data,
    memory: true,
    port: 0,
    verbose: false,
    conflicts: options.conflicts ?? false,
    ...(options.faults === undefined ? {} : { faults: options.faults }),
    hostEnvironment: { PATH: process.env.PATH ?? '' },
    report: (message) => reports.push(message),
    onFatal: (reason) => reports.push(reason),
  });
  const output = (name: string): string => runtime.outputs()[name] ?? '';
  let stopping: Promise<void> | undefined;
  const stack: LocalStack = {
    runtime,
    folder,
    reports,
    output,
    operate: async (event) => (await runtime.functions.invoke(output('OperationsName'), event)).payload,
    stop: () => {
      stopping ??= runtime.stop().then(data.release);
      return stopping;
    },
  };
  stacks.push(stack);
  return stack;
};

/** Polls until the answer is given, or fails with the reported error. */
export const eventually = async <T>(ask: () => Promise<T | undefined>, stack?: LocalStack): Promise<T> => {
  for (let attempt = 0; attempt < 300; attempt++) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((next) => setTimeout(next, 50));
  }
  throw new Error(`It did not come about. Reports: ${stack?.reports.join('\n') || 'none'}`);
};
