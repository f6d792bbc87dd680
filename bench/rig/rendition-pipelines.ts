/**
 * The pipelines of `renditions.ts`, each alone in a process: `node rendition-pipelines.ts NAME COUNT PHOTO...` prints
 * milliseconds a photo, two in flight, and the peak of resident memory in MiB as JSON.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { rgbaToThumbHash } from 'thumbhash';
import { processFile } from '../../functions/files/checks/process-file.ts';
import { inspectImage } from '../../functions/files/pictures/inspect-image.ts';
import { renderThumbnails } from '../../functions/files/pictures/render-image.ts';
import { bufferSource } from '../../functions/shared/byte-source.ts';

const IN_FLIGHT = 2;

const box = (image: Sharp, side: number): Sharp =>
  image.resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true });

const decode = async (image: Sharp): Promise<Sharp> => {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels as 3 } });
};

/** The same outputs from sharp alone: small, medium, ThumbHash and a colour, with the same settings of the encoder. */
const outputs = async (medium: Sharp, small: Sharp, tiny: Sharp): Promise<void> => {
  const [thumb] = await Promise.all([
    box(tiny, 100).ensureAlpha().raw().toBuffer({ resolveWithObject: true }),
    small.webp({ quality: 75, effort: 2 }).toBuffer(),
    medium.webp({ quality: 75, effort: 0 }).toBuffer(),
  ]);
  rgbaToThumbHash(thumb.info.width, thumb.info.height, thumb.data);
};

const PIPELINES: Readonly<Record<string, (bytes: Buffer, path: string) => Promise<unknown>>> = {
  /** Ours, verification of the type included. */
  mediashelf: async (bytes) => {
    const inspection = await inspectImage(bytes, 'image/jpeg');
    if (inspection.outcome !== 'ok') throw new Error(inspection.message);
    return renderThumbnails({ bytes, header: inspection.header });
  },
  /** Ours from the stream to the outcome, with the checksum. */
  whole: async (bytes, path) => {
    const body = createReadStream(path, { highWaterMark: 65_536 });
    const outcome = await processFile({
      body,
      source: bufferSource(bytes),
      declared: { mimeType: 'image/jpeg', size: bytes.length },
    });
    if (outcome.outcome !== 'ok') throw new Error(outcome.message);
  },
  /** The least work of `whole`. */
  'checksum and hand-over': async (bytes) => {
    createHash('sha256').update(bytes).digest('base64');
    return PIPELINES['hand-over']?.(bytes, '');
  },
  /** One decode, its pixels handed to each encoder. */
  'hand-over': async (bytes) => {
    const medium = await decode(box(sharp(bytes).autoOrient(), 480));
    await outputs(medium, box(medium.clone(), 160), medium.clone());
  },
  /** One decode, each size from the one before. */
  cascade: async (bytes) => {
    const medium = await decode(box(sharp(bytes).autoOrient(), 480));
    const small = await decode(box(medium.clone(), 160));
    await outputs(medium, small, small.clone());
  },
  /** A decode for each size, as most do it. */
  separate: async (bytes) => {
    const open = (side: number): Sharp => box(sharp(bytes).autoOrient(), side);
    await outputs(open(480), open(160), open(100));
  },
};

const [name = '', count = '1', ...paths] = process.argv.slice(2);
const pipeline = PIPELINES[name];
if (!pipeline) throw new Error(`Pipelines: ${Object.keys(PIPELINES).join(', ')}`);
sharp.cache(false);
sharp.concurrency(1);
const photos = await Promise.all(paths.map(async (path) => ({ path, bytes: await readFile(path) })));
const work = async (index: number): Promise<void> => {
  const photo = photos[index % photos.length];
  if (photo) await pipeline(photo.bytes, photo.path);
};
await work(0);
let next = 0;
const start = performance.now();
await Promise.all(
  Array.from({ length: IN_FLIGHT }, async () => {
    while (next < Number(count)) await work(next++);
  }),
);
const milliseconds = (performance.now() - start) / Number(count);
process.stdout.write(JSON.stringify({ milliseconds, mebibytes: process.resourceUsage().maxRSS / 1024 }));
