/** The packages as they are published: packed, checked by publint and attw, installed into a clean folder, and used from there. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPORT_FOLDER, REPORTS } from '../../bin/packages/report.ts';
import { browserName, openPage } from '../support/drivers/browser.ts';
import { client } from '../support/drivers/client.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { serveFolder } from '../support/drivers/site.ts';
import { photo } from '../support/fixtures/pictures.ts';
import { run, runWell } from './program.ts';
import { startReceiver } from './receiver.ts';
import type { Judge } from './verdict.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const PACKAGES = ['client', 'cli', 'cdk'] as const;
const PUBLINT = 'publint@0.3.25';
const ATTW = '@arethetypeswrong/cli@0.18.5';
const COMPILERS = { 'typescript-5': 'npm:typescript@5.9.3', 'typescript-7': 'npm:typescript@7.0.2' };
/** More than the resources of a stack without a library. */
const LEAST_RESOURCES = 150;

interface Place {
  /** A folder with the packages and the examples, where nothing of the project is. */
  readonly folder: string;
  readonly tarballs: Readonly<Record<string, string>>;
  readonly runtime: Runtime;
  readonly origin: string;
  /** Where a virtual environment has Python with `requests`. */
  readonly programs: string;
}

const expectThat = (holds: boolean, otherwise: string): void => {
  if (!holds) throw new Error(otherwise);
};

const credentials = ({ runtime: { ready } }: Place) => ({
  MEDIASHELF_URL: ready.http,
  MEDIASHELF_KEY: ready.apiKey,
});

/** The library for the person who runs it: keys make no webhooks. */
const owner = async ({ runtime: { ready } }: Place): Promise<ReturnType<typeof client>> => {
  const { email, password } = ready;
  const { body } = await client(ready, {}).call('POST', '/api/v1/auth/login', { json: { email, password } });
  return client(ready, { authorization: `Bearer ${body.data.accessToken}` });
};

const expectMedia = (line: string, width: number): void => {
  const media = JSON.parse(line) as { id: string; width: number };
  expectThat(media.width === width && media.id.length > 30, `the record is not of the uploaded picture: ${line}`);
};

const picture = async (place: Place, name: string, width: number): Promise<string> => {
  const path = join(place.folder, name);
  writeFileSync(path, await photo(width, 200));
  return path;
};

const CASES: Readonly<Record<string, (place: Place) => Promise<void>>> = {
  'publint finds nothing': async () => {
    for (const name of PACKAGES) {
      const { code, out, errors } = await run('npx', ['--yes', PUBLINT, '--strict', join(ROOT, name)]);
      expectThat(code === 0 && out.includes('All good'), `${name}: ${out}${errors}`);
    }
  },
  'what the packages promise is what docs/packages says': async () => {
    for (const [name, report] of Object.entries(REPORTS)) {
      const committed = readFileSync(join(REPORT_FOLDER, name), 'utf8');
      expectThat(committed === report(), `docs/packages/${name} is another: npm run packages -- --report writes it`);
    }
  },
  'attw finds the types of each entry': async ({ tarballs }) => {
    for (const name of ['client', 'cdk'] as const)
      await runWell('npx', ['--yes', ATTW, tarballs[name] ?? '', '--profile', 'esm-only']);
  },
  'the construct synthesizes in an app of ten lines, without npm': async ({ folder }) => {
    const cwd = join(folder, 'cdk-app');
    await runWell(process.execPath, ['app.js'], { cwd, env: { CDK_OUTDIR: 'out', PATH: '/nowhere' } });
    const { Resources, Outputs } = JSON.parse(readFileSync(join(cwd, 'out', 'Shop.template.json'), 'utf8'));
    expectThat(Object.keys(Resources).length > LEAST_RESOURCES, 'the template has few resources');
    expectThat(Outputs.MediaUrl !== undefined, 'the template has no address');
  },
  ...Object.fromEntries(
    Object.keys(COMPILERS).map((compiler) => [
      `${compiler} compiles a program against the types`,
      async ({ folder }: Place) => {
        const flags = [
          ...['--module', 'nodenext', '--target', 'es2024', '--lib', 'es2024,esnext.disposable,dom', '--types', 'node'],
          ...['--strict', '--noEmit', 'good.ts', 'bad.ts'],
        ];
        const tsc = join('node_modules', compiler, 'bin', 'tsc');
        const { out } = await run(process.execPath, [tsc, ...flags], { cwd: folder });
        const faults = out.split('\n').filter((line) => line.includes('error'));
        expectThat(faults.length === 2 && faults.every((line) => line.startsWith('bad.ts')), out);
      },
    ]),
  ),
  'the client uploads from Node.js': async (place) => {
    const path = await picture(place, 'node.jpg', 321);
    const cwd = join(place.folder, 'node-upload');
    expectMedia(
      await runWell(process.execPath, ['upload.js', path, 'image/jpeg'], { cwd, env: credentials(place) }),
      321,
    );
  },
  'the command line uploads a folder': async (place) => {
    const pictures = join(place.folder, 'pictures');
    mkdirSync(pictures);
    for (const name of ['a.jpg', 'b.jpg']) await picture(place, join('pictures', name), name === 'a.jpg' ? 322 : 323);
    const mediashelf = join(place.folder, 'node_modules', '.bin', 'mediashelf');
    const env = { ...credentials(place), XDG_CONFIG_HOME: place.folder };
    const lines = (await runWell(mediashelf, ['upload', pictures, '--json'], { env })).trim().split('\n');
    const { summary } = JSON.parse(lines.at(-1) ?? '{}') as { summary?: Readonly<Record<string, unknown>> };
    expectThat(lines.length === 3 && summary !== undefined, lines.join('\n'));
  },
  'a page without a build uploads': async (place) => {
    if (!browserName) throw new Skipped('this machine has no Chromium');
    const site = join(place.folder, 'upload-form');
    for (const name of ['browser.js', 'hash-worker.js'])
      cpSync(join(place.folder, 'node_modules', '@mediashelf', 'client', 'dist', name), join(site, name));
    const { close, origin } = await serveFolder(site, Number(new URL(place.origin).port));
    const page = await openPage(`${origin}/index.html`);
    try {
      const bytes = (await photo(324, 200)).toString('base64');
      const { http, email, password } = place.runtime.ready;
      const said = await page.run<string>(`(async () => {
        const form = document.querySelector('form');
        const bytes = Uint8Array.from(atob(${JSON.stringify(bytes)}), (sign) => sign.charCodeAt(0));
        const files = new DataTransfer();
        files.items.add(new File([bytes], 'page.jpg', { type: 'image/jpeg' }));
        Object.assign(form.elements.url, { value: ${JSON.stringify(http)} });
        Object.assign(form.elements.email, { value: ${JSON.stringify(email)} });
        Object.assign(form.elements.password, { value: ${JSON.stringify(password)} });
        form.elements.file.files = files.files;
        form.requestSubmit();
        const result = document.querySelector('output');
        while (!result.textContent) await new Promise((resolve) => setTimeout(resolve, 50));
        return result.textContent;
      })()`);
      expectThat(said === 'active', said);
    } finally {
      await page.close();
      close();
    }
  },
  'a receiver verifies the events of a webhook': async (place) => {
    const receiver = await startReceiver(join(place.folder, 'webhook-receiver'), await owner(place));
    try {
      const path = await picture(place, 'heard.jpg', 325);
      const cwd = join(place.folder, 'node-upload');
      await runWell(process.execPath, ['upload.js', path, 'image/jpeg'], { cwd, env: credentials(place) });
      await receiver.until((event) => event.type === 'media.created' && event.data.filename === 'heard.jpg');
      expectThat((await receiver.forged()) === 401, 'a forged event was taken');
    } finally {
      await receiver.stop();
    }
  },
  'a program in Python uploads': async (place) => {
    const path = await picture(place, 'python.jpg', 326);
    const script = join(place.folder, 'python', 'upload.py');
    const env = { ...credentials(place), NO_PROXY: '*' };
    expectMedia(await runWell(join(place.programs, 'python'), [script, path, 'image/jpeg'], { env }), 326);
  },
};

/** What a case needs is missing on this machine. */
class Skipped extends Error {}

const GOOD = `import { createClient, type Media } from '@mediashelf/client';
import { Mediashelf } from '@mediashelf/cdk';
import { App, Stack } from 'aws-cdk-lib/core';
const shelf = createClient({ url: 'https://media.example.com', apiKey: 'k' });
export const one: Promise<Media> = shelf.call('GET /api/v1/media/{id}', { path: { id: 'x' } });
export const url: string = new Mediashelf(new Stack(new App(), 'S'), 'M', { retentionDays: 7 }).outputs.HttpApiUrl;
`;
const BAD = `import { createClient } from '@mediashelf/client';
import { Mediashelf } from '@mediashelf/cdk';
import { App, Stack } from 'aws-cdk-lib/core';
void createClient({ url: 'u', apiKey: 'k' }).call('GET /api/v1/nothing');
void new Mediashelf(new Stack(new App(), 'S'), 'M', { retentionDay: 7 });
`;

/** Packs the packages, and installs them with the examples into a folder of their own. */
const install = async (folder: string): Promise<Pick<Place, 'folder' | 'tarballs'>> => {
  await runWell(process.execPath, ['bin/packages.ts'], { cwd: ROOT });
  const packed = mkdtempSync(join(folder, 'packed-'));
  for (const name of PACKAGES) await runWell('npm', ['pack', '--pack-destination', packed], { cwd: join(ROOT, name) });
  const tarballs = Object.fromEntries(
    PACKAGES.map((name) => [name, join(packed, readdirSync(packed).find((file) => file.includes(`-${name}-`)) ?? '')]),
  );
  const clean = mkdtempSync(join(folder, 'clean-'));
  cpSync(join(ROOT, 'examples'), clean, { recursive: true });
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const own = Object.entries(tarballs).map(([name, path]) => [`@mediashelf/${name}`, `file:${path}`]);
  const others = ['aws-cdk-lib', 'constructs', '@types/node'].map((name) => [name, devDependencies[name]]);
  const dependencies = Object.fromEntries([...own, ...others, ...Object.entries(COMPILERS)]);
  const manifest = { name: 'clean', private: true, type: 'module', dependencies };
  writeFileSync(join(clean, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(clean, 'good.ts'), GOOD);
  writeFileSync(join(clean, 'bad.ts'), BAD);
  await runWell('npm', ['install', '--no-audit', '--no-fund'], { cwd: clean });
  return { folder: clean, tarballs };
};

/** A port for the page, which the settings of the library name before it is served. */
const freeOrigin = async (folder: string): Promise<string> => {
  const { origin, close } = await serveFolder(folder);
  close();
  return origin;
};

/** Judges the packages by others' tools, and by programs that use them. */
export const judgePackages: Judge = async ({ folder, programs }) => {
  const installed = await install(folder);
  const origin = await freeOrigin(installed.folder);
  const settings = [`allowedOrigins=${origin}`, 'webhooksToLoopback=true'].flatMap((setting) => ['-c', setting]);
  const runtime = await startRuntime(['--memory', ...settings]);
  const place = { ...installed, runtime, origin, programs };
  const [failures, skipped]: [string[], string[]] = [[], []];
  let passed = 0;
  try {
    for (const [title, check] of Object.entries(CASES)) {
      try {
        await check(place);
        passed += 1;
      } catch (error) {
        (error instanceof Skipped ? skipped : failures).push(`${title}: ${(error as Error).message}`);
      }
    }
  } finally {
    await runtime.stop();
  }
  return {
    figure: `packages: ${passed} of ${Object.keys(CASES).length} uses of what is published`,
    passed,
    failed: failures.length,
    skipped: skipped.length,
    lines: [...failures, ...skipped.map((line) => `skipped: ${line}`)],
  };
};
