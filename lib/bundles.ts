import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { buildSync, type Metafile } from 'esbuild';
import { type OperationName, operationAssets, operationNames, operations } from './operations.ts';

const { resolve: resolvePackage } = createRequire(import.meta.url);

/** Answers the folder that holds an operation's bundle: `index.mjs` and the chunks that it imports. */
export type Bundles = (name: OperationName) => string;

/** Dependencies in CommonJS ask for Node's own modules by `require`, which an ES module does not have. */
const REQUIRE = "import{createRequire as $require}from'node:module';const require=$require(import.meta.url);";

/**
 * Bundles every entry below `functionsFolder` to `<outputFolder>/<name>/`, in one call of esbuild. What entries share
 * is split off once and copied to each folder that needs it: that takes a quarter of the time of a file per function, and
 * a function starts a fifth faster, since what the SDK imports on demand (the credential providers of a laptop) stays unread.
 * The same sources give the same bytes. Throws with esbuild's words when an entry is missing or does not compile.
 */
export const bundle = (functionsFolder: string, outputFolder: string): Bundles => {
  const { outputFiles, metafile } = buildSync({
    // Names of chunks are made from paths relative to this folder, so that every machine makes the same.
    absWorkingDir: functionsFolder,
    entryPoints: operationNames.map((name) => ({ in: `./${operations[name]}/${name}.lambda.ts`, out: name })),
    outdir: outputFolder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // ES modules first: loads in less than half the time of the CommonJS builds of the same packages.
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: false,
    legalComments: 'none',
    external: ['sharp'],
    banner: { js: REQUIRE },
    logLevel: 'silent',
    metafile: true,
    write: false,
  });
  const written = new Map(outputFiles.map(({ path, contents }) => [path, contents]));
  const contents = (output: string) => written.get(resolve(functionsFolder, output)) ?? '';
  const entries = new Map(Object.keys(metafile.outputs).map((output) => [basename(output, '.mjs'), output]));
  for (const name of operationNames) {
    const entry = entries.get(name);
    if (entry === undefined) throw new Error(`esbuild made no bundle of ${name}`);
    const folder = join(outputFolder, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'index.mjs'), contents(entry));
    for (const chunk of reachable(metafile, entry)) writeFileSync(join(folder, basename(chunk)), contents(chunk));
    for (const file of operationAssets[name] ?? []) copyFileSync(resolvePackage(file), join(folder, basename(file)));
  }
  return (name) => join(outputFolder, name);
};

/** The chunks that an output imports, at once or on demand, directly or by way of others. */
const reachable = ({ outputs }: Metafile, entry: string): ReadonlySet<string> => {
  const found = new Set<string>();
  const waiting = [entry];
  for (let output = waiting.pop(); output !== undefined; output = waiting.pop()) {
    for (const { path, external } of outputs[output]?.imports ?? []) {
      if (external || found.has(path)) continue;
      found.add(path);
      waiting.push(path);
    }
  }
  return found;
};
