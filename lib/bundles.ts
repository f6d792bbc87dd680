import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import nodeHttp from 'node:http';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { builtOnce } from './built-once.ts';
import {
  type OperationName,
  operationAssets,
  operations,
  operationThreads,
  type ProgramName,
  programs,
} from './operations.ts';

const { resolve: resolvePackage } = createRequire(import.meta.url);

/** Answers the folder with the bundle of an operation or program: `index.mjs` and the chunks that it imports. */
export type Bundles = (name: OperationName | ProgramName) => string;

/** The image of the upload gateway is built from the folder of its program. */
const DOCKERFILE = join(import.meta.dirname, '..', 'functions', 'gateway', 'Dockerfile');

/** Dependencies in CommonJS load Node's own modules by `require`, which an ES module does not have. */
const REQUIRE = "import{createRequire as $require}from'node:module';const require=$require(import.meta.url);";

/**
 * Gives every entry its own copy of the sources, under a query as in `domain/errors.ts?list-media`. esbuild splits shared
 * modules by the set of entries that share them: the sources alone would be two dozen small files for each function, and every
 * file takes half a millisecond of a cold start. So they are part of the entry, reduced to what it uses, and packages are
 * shared.
 */
const ownSources: Plugin = {
  name: 'own-sources',
  setup: ({ onResolve, onLoad }) => {
    const read = new Map<string, string>();
    onResolve({ filter: /\.ts$/ }, ({ path, resolveDir, kind, pluginData }) => {
      const entry: unknown = kind === 'entry-point' ? basename(path, '.lambda.ts') : pluginData;
      return { path: resolve(resolveDir, path), suffix: `?${entry}`, pluginData: entry, sideEffects: false };
    });
    onLoad({ filter: /\.ts$/ }, ({ path, pluginData }) => {
      const contents = read.get(path) ?? readFileSync(path, 'utf8');
      read.set(path, contents);
      return { contents, loader: 'ts', resolveDir: dirname(path), pluginData };
    });
  },
};

/** Eager exports of `node:http`; the others, WebSocket for one, are created at their first use. */
const HTTP_EXPORTS = Object.entries(Object.getOwnPropertyDescriptors(nodeHttp))
  .filter(([name, { value }]) => value !== undefined && name !== 'default')
  .map(([name]) => name);

/**
 * Takes `node:http` as the module that it is. An import of it has Node read all that it exports, and so load its fetch and
 * WebSocket, which the SDK never uses: 30 ms of processor time and 9 MB at the first request of each instance.
 */
const httpAlone: Plugin = {
  name: 'http-alone',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^(node:)?http$/ }, () => ({ path: 'node:http', namespace: 'alone' }));
    onLoad({ filter: /.*/, namespace: 'alone' }, ({ path }) => ({
      contents: `const http = process.getBuiltinModule('${path}');
export default http;
export const { ${HTTP_EXPORTS.join(', ')} } = http;`,
      loader: 'js',
    }));
  },
};

/**
 * Bundles every entry below `functionsFolder` to `<outputFolder>/<name>/`, in one call of esbuild. Shared parts of packages are
 * split off once and copied to each folder that needs them: that takes an eighth of the time of a build per function, and
 * modules that the SDK imports on demand (the credential providers of a laptop) are not loaded. The same sources give the same
 * bytes. Throws with esbuild's message when an entry is missing or does not compile.
 */
export const bundle = async (functionsFolder: string, outputFolder: string): Promise<Bundles> => {
  const threads = [...new Set(Object.values(operationThreads).flat())];
  const { outputFiles, metafile } = await build({
    // Names of chunks are made from paths relative to this folder, so that every machine makes the same.
    absWorkingDir: functionsFolder,
    entryPoints: [
      ...allOperations.map((name) => ({ in: `./${operations[name]}/${name}.lambda.ts`, out: name })),
      ...programNames.map((name) => ({ in: `./${programs[name]}/${name}.server.ts`, out: name })),
      ...threads.map((entry) => ({ in: `./${entry}.ts`, out: basename(entry) })),
    ],
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
    external: ['sharp', 'tesseract.js'],
    plugins: [ownSources, httpAlone],
    banner: { js: REQUIRE },
    logLevel: 'silent',
    metafile: true,
    write: false,
  });
  // Compared by name: one kind of path is absolute, the other relative and perhaps behind a link.
  const written = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
  const empty = emptyChunks(metafile);
  const contents = (output: string): string => {
    const text = written.get(basename(output));
    if (text === undefined) throw new Error(`esbuild wrote no ${output}`);
    return empty.reduce((rest, chunk) => rest.replaceAll(`import"./${basename(chunk)}";`, ''), text);
  };
  const entries = new Map(Object.keys(metafile.outputs).map((output) => [basename(output, '.mjs'), output]));
  const write = (name: string, file: string, folder: string): void => {
    const entry = entries.get(name);
    if (entry === undefined) throw new Error(`esbuild made no bundle of ${name}`);
    writeFileSync(join(folder, file), contents(entry));
    for (const chunk of reachable(metafile, entry)) {
      if (!empty.includes(chunk)) writeFileSync(join(folder, basename(chunk)), contents(chunk));
    }
  };
  for (const name of bundleNames) {
    const folder = join(outputFolder, name);
    mkdirSync(folder, { recursive: true });
    write(name, 'index.mjs', folder);
    for (const thread of operationThreads[name] ?? []) write(basename(thread), `${basename(thread)}.mjs`, folder);
    for (const file of (operationAssets[name] ?? []).map((asset) => resolvePackage(asset))) {
      copyFileSync(file, join(folder, basename(file)));
    }
  }
  copyFileSync(DOCKERFILE, join(outputFolder, 'upload-gateway', 'Dockerfile'));
  return (name) => join(outputFolder, name);
};

/** Sources of the bundles, relative to the project's root. */
const INPUTS = [
  'functions',
  'package-lock.json',
  'tsconfig.json',
  'lib/bundles.ts',
  'lib/operations.ts',
  'lib/built-once.ts',
];

/** The bundles of the project's functions, made when their sources have changed: settings change none of them. */
export const builtBundles = async (root: string): Promise<Bundles> => {
  const folder = await builtOnce({ root, name: 'bundles', inputs: INPUTS }, async (draft) => {
    await bundle(join(root, 'functions'), draft);
  });
  return (name) => join(folder, name);
};

const programNames = Object.keys(programs) as readonly ProgramName[];
const allOperations = Object.keys(operations) as readonly OperationName[];

/** The functions and programs that have a bundle. */
export const bundleNames = [...allOperations, ...programNames];

/** Empty chunks that are imported all the same; each would be one more file of a cold start. */
const emptyChunks = ({ outputs }: Metafile): readonly string[] =>
  Object.entries(outputs)
    .filter(([, { entryPoint, imports, exports, inputs }]) => {
      const bytes = Object.values(inputs).reduce((sum, { bytesInOutput }) => sum + bytesInOutput, 0);
      return entryPoint === undefined && imports.length + exports.length + bytes === 0;
    })
    .map(([output]) => output);

/** The chunks that an output imports, statically or on demand, directly or through others. */
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
