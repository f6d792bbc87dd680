import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { startProgram } from './node-program.ts';
import { LOCAL_ACCOUNT, LOCAL_GATEWAY, LOCAL_REGION } from './ports.ts';

/** The sources of the stack, relative to the project's root. */
export const INPUTS = [
  'bin',
  'lib',
  'functions',
  'layers',
  'web',
  'client',
  'mediashelf.config.ts',
  'package-lock.json',
  'cdk.json',
];

const KEPT = 4;
const HOUR_MS = 3_600_000;

/**
 * Answers the folder of the synthesized stack, synthesizing it only when its inputs have changed.
 *
 * Folders are named by a fingerprint of the inputs and appear by an atomic rename, since several runtimes may boot
 * at once.
 */
export const synthesizedStack = async (
  root: string,
  environment: Readonly<Record<string, string>>,
  context: Readonly<Record<string, unknown>> = {},
): Promise<string> => {
  const folder = join(root, '.mediashelf', 'synth');
  for (;;) {
    const current = fingerprint(root);
    const target = join(folder, current + suffixOf(context));
    if (existsSync(join(target, 'manifest.json'))) {
      markUsed(target);
      return target;
    }
    const draft = join(folder, `.draft-${randomUUID()}`);
    mkdirSync(folder, { recursive: true });
    try {
      await synthesize(root, draft, environment, context);
      // An input that changed meanwhile may or may not be in the result: only the unchanged ones have this name.
      if (fingerprint(root) === current) moveInto(draft, target);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
    removeUnused(folder);
  }
};

/** Marks a folder as in use. A runtime does so from time to time, since its functions start from there at any moment. */
export const markUsed = (outdir: string): void => {
  if (existsSync(outdir)) utimesSync(outdir, new Date(), new Date());
};

const moveInto = (draft: string, target: string): void => {
  try {
    renameSync(draft, target);
  } catch (error) {
    // Another runtime was faster, with the same result.
    if (!existsSync(join(target, 'manifest.json'))) throw error;
  }
};

/** A hash of the names and contents of everything that the stack is made from. */
export const fingerprint = (root: string): string => {
  const hash = createHash('sha256').update(process.version);
  const add = (path: string): void => {
    const stats = statSync(join(root, path), { throwIfNoEntry: false });
    if (stats === undefined) return;
    if (!stats.isDirectory()) {
      hash.update(`\0${path}\0${stats.size}\0`).update(readFileSync(join(root, path)));
      return;
    }
    for (const name of readdirSync(join(root, path)).sort()) {
      if (name !== 'node_modules' && !name.startsWith('.')) add(`${path}/${name}`);
    }
  };
  for (const input of INPUTS) add(input);
  return hash.digest('hex').slice(0, 16);
};

/** Settings of a single run make another stack. */
const suffixOf = (context: Readonly<Record<string, unknown>>): string =>
  Object.keys(context).length === 0
    ? ''
    : `-${createHash('sha256').update(JSON.stringify(context)).digest('hex').slice(0, 8)}`;

/** The settings of a run, with the values that must differ on loopback. */
const localContext = (context: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({
  ...Object.fromEntries(Object.entries(context).filter(([key]) => !/^(domain|uploadGateway)\b/.test(key))),
  // No name of one's own leads here, and addresses have to.
  domain: null,
  // Large forms are accepted here even if AWS, where they cost money, accepts none.
  uploadGateway: {
    name: LOCAL_GATEWAY,
    certificateArn: `arn:aws:acm:${LOCAL_REGION}:${LOCAL_ACCOUNT}:certificate/local`,
  },
  // Enough for a machine with two processors, and one more than a team may have.
  filesAtOnce: 5,
  // There are no networks to be in, and the gateway reaches what functions reach.
  'clamd.subnetIds': null,
  'clamd.securityGroupIds': null,
});

const synthesize = (
  root: string,
  outdir: string,
  environment: Readonly<Record<string, string>>,
  context: Readonly<Record<string, unknown>>,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = startProgram(['--disable-warning=ExperimentalWarning', join(root, 'bin', 'mediashelf.ts')], {
      cwd: root,
      env: {
        ...environment,
        CDK_OUTDIR: outdir,
        // The layer's binary is for Lambda's processor and is not built here; the checks belong to `npm run synth`.
        CDK_CONTEXT_JSON: JSON.stringify({
          ...localContext(context),
          'mediashelf:local': true,
          'aws:cdk:bundling-stacks': [],
          'mediashelf:checks': false,
        }),
        NODE_COMPILE_CACHE: join(root, '.mediashelf', 'compile-cache'),
      },
    });
    let said = '';
    const hear = (chunk: Buffer): void => {
      said = (said + chunk.toString()).slice(-8000);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`The stack cannot be synthesized:\n${said.trim()}`)),
    );
  });

const removeUnused = (folder: string): void => {
  const usedAt = (name: string): number => statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const names = readdirSync(folder).sort((left, right) => usedAt(right) - usedAt(left));
  const drafts = names.filter((name) => name.startsWith('.'));
  const spare = names.filter((name) => !name.startsWith('.')).slice(KEPT);
  for (const name of [...drafts, ...spare]) {
    if (Date.now() - usedAt(name) > HOUR_MS) rmSync(join(folder, name), { recursive: true, force: true });
  }
};
