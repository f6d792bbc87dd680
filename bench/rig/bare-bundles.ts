import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Bundles, bundle } from '../../lib/bundles.ts';
import { type OperationName, operationNames, operations, operationThreads, programs } from '../../lib/operations.ts';
import { BENCH_FOLDER } from './deployed.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

type Sources = (name: OperationName) => string;

/** Bundles other sources under the operations' names, so that all options of esbuild are those of the product. */
const bundleSources = async (label: string, sources: Sources): Promise<Bundles> => {
  const entries = join(BENCH_FOLDER, label, 'entries');
  for (const name of operationNames) {
    await mkdir(join(entries, operations[name]), { recursive: true });
    await writeFile(join(entries, operations[name], `${name}.lambda.ts`), sources(name));
  }
  // Entries for containers and threads are bundled along with the functions, but not measured.
  const others = [
    ...Object.entries(programs).map(([name, folder]) => `${folder}/${name}.server.ts`),
    ...Object.values(operationThreads).flatMap((threads) => threads.map((thread) => `${thread}.ts`)),
  ];
  for (const path of others) {
    await mkdir(dirname(join(entries, path)), { recursive: true });
    await writeFile(join(entries, path), 'export {};\n');
  }
  return bundle(entries, join(BENCH_FOLDER, label, 'bundles'));
};

/** The `import` lines of the SDK that remain of an entry after tree shaking. */
const sdkImports = async (name: OperationName): Promise<readonly string[]> => {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, 'functions', operations[name], `${name}.lambda.ts`)],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    treeShaking: true,
    write: false,
  });
  return outputFiles[0]?.text.match(/^import \{[^}]*\} from "@aws-sdk\/[^"]+";$/gm) ?? [];
};

/** Creates every client that the lines import, as the product does when it is loaded, and keeps all names. */
const clientsOnly = (imports: readonly string[]): string => {
  const names = imports.flatMap((line) =>
    (/\{([^}]*)\}/.exec(line)?.[1] ?? '').split(',').map((part) => part.trim().split(' as ').at(-1) ?? ''),
  );
  const dynamo = names.find((name) => name.startsWith('DynamoDBClient'));
  const clients = names
    .filter((name) => /Client\d*$/.test(name) && name !== dynamo)
    .map((name) => (name.startsWith('DynamoDBDocument') ? `${name}.from(new ${dynamo}({}))` : `new ${name}({})`));
  return `${imports.join('\n')}\nconst clients = [${clients.join(', ')}];\nexport const handler = async () => [clients, ${names.join(', ')}];\n`;
};

/** Bundles with the SDK clients and commands of each operation and nothing else. */
export const clientBundles = async (): Promise<Bundles> => {
  const sources = new Map<OperationName, string>();
  for (const name of operationNames) sources.set(name, clientsOnly(await sdkImports(name)));
  return bundleSources('clients', (name) => sources.get(name) ?? '');
};

/** Bundles of handlers that make the DynamoDB calls of list-media and get-media and answer their results. */
export const bareHandlerBundles = (): Promise<Bundles> => {
  const bare: Partial<Record<OperationName, string>> = { 'list-media': 'listMedia', 'get-media': 'getMedia' };
  const source = JSON.stringify(fileURLToPath(new URL('./bare-handlers.ts', import.meta.url)));
  return bundleSources('handlers', (name) =>
    bare[name] ? `export { ${bare[name]} as handler } from ${source};\n` : 'export const handler = async () => {};\n',
  );
};
