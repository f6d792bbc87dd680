import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';
import { routes } from '../../functions/dialects/route-table.ts';
import { builtBundles, bundleNames } from '../../lib/bundles.ts';
import { builtDashboard, withDashboard } from '../../lib/dashboard.ts';
import { installOcr } from '../../lib/ocr-layer.ts';
import { keepPrebuilt } from '../../lib/prebuilt.ts';
import { installFor } from '../../lib/sharp-layer.ts';
import { compile } from './declare.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const FOLDER = join(ROOT, 'cdk');
const ENTRY = 'cdk/index';

/** Declarations that the public ones refer to. */
const DECLARED = [ENTRY, 'lib/outputs', 'lib/settings/schema', 'lib/settings/settings-error'];

/** Files that constructs read when they are made, at the place where they look for them. */
const READ = ['functions/edge'];

/** Compiles the constructs, file by file: of what the compiler writes, the modules that the entry loads are kept. */
const buildConstructs = async (dist: string): Promise<void> => {
  const compiled = mkdtempSync(join(tmpdir(), 'mediashelf-cdk-'));
  try {
    compile(join(FOLDER, 'tsconfig.json'), ['--outDir', compiled]);
    const { metafile } = await build({
      absWorkingDir: compiled,
      entryPoints: [`${ENTRY}.js`],
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      write: false,
      metafile: true,
    });
    const loaded = Object.entries(metafile.inputs).map(([path]) => path);
    for (const path of [...loaded, ...DECLARED.map((name) => `${name}.d.ts`)]) {
      mkdirSync(dirname(join(dist, path)), { recursive: true });
      cpSync(join(compiled, path), join(dist, path));
    }
  } finally {
    rmSync(compiled, { recursive: true, force: true });
  }
  for (const path of READ) cpSync(join(ROOT, path), join(dist, path), { recursive: true, filter: isNoSource });
};

const isNoSource = (path: string): boolean => !path.endsWith('.ts');

/** Installs the packages of a layer, under a name that npm packs. */
const buildLayer = (name: 'sharp' | 'ocr', built: string): void => {
  const source = join(ROOT, 'layers', name);
  const [target, draft] = [join(built, name), join(built, `.${name}`)];
  mkdirSync(draft, { recursive: true });
  (name === 'sharp' ? installFor(source) : installOcr(source, [])).tryBundle(draft, { image: undefined as never });
  cpSync(source, target, { recursive: true, filter: (path) => relative(source, path) !== 'node_modules' });
  keepPrebuilt(join(draft, 'nodejs', 'node_modules'), target);
  rmSync(draft, { recursive: true });
};

/** The package `@mediashelf/cdk` as it is published: constructs in `cdk/dist`, what they deploy in `cdk/built`. */
export const buildCdk = async (): Promise<void> => {
  const [dist, built] = [join(FOLDER, 'dist'), join(FOLDER, 'built')];
  for (const folder of [dist, built]) rmSync(folder, { recursive: true, force: true });
  await buildConstructs(dist);
  const bundles = await builtBundles(ROOT);
  for (const name of bundleNames) cpSync(bundles(name), join(built, 'functions', name), { recursive: true });
  withDashboard(bundles, await builtDashboard(ROOT), join(built, 'functions', 'web'));
  writeFileSync(
    join(built, 'routes.json'),
    JSON.stringify(routes.map(({ method, path, operation }) => ({ method, path, operation }))),
  );
  for (const name of ['sharp', 'ocr'] as const) buildLayer(name, built);
};
