import sharp from 'sharp';
import type { Media } from '../client/node.ts';
import type { Result } from './upload.ts';

const TOO_LARGE = 413;

type Rendition = NonNullable<Media['renditions']['small']>;

/** The bytes behind an address of the library, redirects followed. */
const bytesOf = async (url: string): Promise<Buffer> => {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  return Buffer.from(await response.arrayBuffer());
};

const renditionFaults = async (name: string, { url, width, height }: Rendition): Promise<string[]> => {
  try {
    const picture = await sharp(await bytesOf(url)).metadata();
    const faults: string[] = [];
    if (picture.format !== 'webp') faults.push(`its ${name} rendition is ${picture.format}`);
    if (picture.width !== width || picture.height !== height)
      faults.push(`its ${name} rendition is ${picture.width} x ${picture.height}, announced as ${width} x ${height}`);
    if (picture.exif || picture.xmp || picture.iptc) faults.push(`its ${name} rendition carries metadata`);
    return faults;
  } catch (error) {
    return [`its ${name} rendition does not open: ${error instanceof Error ? error.message : error}`];
  }
};

const everyRenditionFault = async ({ renditions }: Media): Promise<string[]> => {
  const faults = Object.keys(renditions).length === 0 ? ['it has no rendition'] : [];
  for (const [name, rendition] of Object.entries(renditions)) faults.push(...(await renditionFaults(name, rendition)));
  return faults;
};

const activeFaults = async (media: Media, result: Result): Promise<string[]> => {
  const { expect, size } = result.photo;
  if (expect.status !== 'active') return [`it became a record, and had to be ${expect.status}`];
  const faults = await everyRenditionFault(media);
  if (media.width !== expect.width || media.height !== expect.height)
    faults.push(`it is ${media.width} x ${media.height}, and had to be ${expect.width} x ${expect.height}`);
  if (media.fileSize !== size) faults.push(`it has ${media.fileSize} bytes of ${size}`);
  return faults;
};

/** The faults in a photo's outcome; empty when it is as expected. Opens every rendition and checks it. */
export const faultsOf = async (result: Result): Promise<readonly string[]> => {
  const { outcome, photo } = result;
  if (outcome.status === 'active') return activeFaults(outcome.media, result);
  const { expect } = photo;
  if (outcome.status === 'lost') return [outcome.message];
  // Over the limit for pictures: the API refused it before a byte was sent, as expected.
  if (outcome.status === 'refused') return outcome.httpStatus === TOO_LARGE ? [] : [outcome.message];
  if (expect.status === 'refused') return [];
  if (expect.status === 'active') return [`it ${outcome.status} with ${outcome.code}: ${outcome.message}`];
  const asExpected = outcome.status === expect.status && outcome.code === expect.code;
  return asExpected
    ? []
    : [`it ${outcome.status} with ${outcome.code}, and had to be ${expect.status} with ${expect.code}`];
};
