/**
 * The jobs of `formats.ts`, each alone in a process: `node format-job.ts NAME COUNT IN_FLIGHT TYPE PATH` prints milliseconds a
 * file and the peak of resident memory in MiB as JSON.
 */
import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import type { Transform } from '../../functions/domain/transform.ts';
import { examineFile } from '../../functions/files/checks/examine-file.ts';
import { inspectImage } from '../../functions/files/pictures/inspect-image.ts';
import { renderThumbnails } from '../../functions/files/pictures/render-image.ts';
import { renderTransform } from '../../functions/files/pictures/render-transform.ts';
import { openPicture } from '../../functions/files/previews/open-picture.ts';
import { readFile as readText } from '../../functions/files/text/read-file.ts';
import { bufferSource } from '../../functions/shared/byte-source.ts';

interface File {
  readonly path: string;
  readonly type: string;
}

const AVIF: Transform = {
  ...{ width: 1280, height: null, fit: 'inside', position: 'centre', format: 'avif', quality: 50 },
  ...{ blur: 0, rotate: 0, flatten: null, page: 1 },
};
const box = (image: ReturnType<typeof sharp>, side: number) =>
  image.resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true });
const pdfium = async (): Promise<ArrayBuffer> =>
  new Uint8Array(await readFile(fileURLToPath(import.meta.resolve('@hyzyla/pdfium/pdfium.wasm')))).buffer;

const JOBS: Readonly<Record<string, (file: File) => Promise<unknown>>> = {
  /** All that processing does with a file, a refusal included. */
  process: async ({ path, type }) => examineFile(path, { mimeType: type, size: (await stat(path)).size }),
  /** Small, medium, ThumbHash and colour, with the check of the header. */
  renditions: async ({ path, type }) => {
    const bytes = await readFile(path);
    const inspection = await inspectImage(bytes, type);
    if (inspection.outcome !== 'ok') throw new Error(inspection.message);
    return renderThumbnails({ bytes, header: inspection.header });
  },
  /** The least that has the same pictures: small from medium, in the same effort. */
  'renditions by sharp': async ({ path }) => {
    const { data, info } = await box(sharp(await readFile(path)).autoOrient(), 480)
      .raw()
      .toBuffer({ resolveWithObject: true });
    const medium = sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels as 3 } });
    return Promise.all([
      box(medium.clone(), 160).webp({ quality: 75, effort: 2 }).toBuffer(),
      medium.clone().webp({ quality: 75, effort: 0 }).toBuffer(),
    ]);
  },
  avif: async ({ path, type }) =>
    renderTransform(await openPicture({ source: bufferSource(await readFile(path)), mimeType: type }), AVIF),
  'avif by sharp': async ({ path }) =>
    box(sharp(await readFile(path)).autoOrient(), 1280)
      .avif({ quality: 50, effort: 2 })
      .toBuffer(),
  text: async ({ path, type }) =>
    readText({
      bytes: await readFile(path),
      mimeType: type,
      options: { language: 'en', preserveFormatting: false, pages: undefined },
      languages: ['en'],
      until: Date.now() + 120_000,
      pdfium,
    }),
};

/** The kernel counts the memory of the parent process into `maxRSS`, but not into this. */
const peakMebibytes = async (): Promise<number> => {
  const status = await readFile('/proc/self/status', 'utf8');
  return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]) / 1024;
};

const [name = '', count = '1', inFlight = '1', type = '', path = ''] = process.argv.slice(2);
const job = JOBS[name];
if (!job) throw new Error(`Jobs: ${Object.keys(JOBS).join(', ')}`);
sharp.cache(false);
sharp.concurrency(1);
const file = { path, type };
// A single run has no warm-up.
if (Number(count) > 1) await job(file);
let left = Number(count);
const start = performance.now();
const worker = async (): Promise<void> => {
  while (left-- > 0) await job(file);
};
await Promise.all(Array.from({ length: Number(inFlight) }, worker));
const milliseconds = (performance.now() - start) / Number(count);
process.stdout.write(JSON.stringify({ milliseconds, mebibytes: await peakMebibytes() }));
// Threads of decoders may still be running.
process.exit();
