import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import sharp from 'sharp';
import type { Expectation, Photo } from './photos.ts';

const TYPES: Readonly<Record<string, { readonly mimeType: string; readonly format: string }>> = {
  '.jpg': { mimeType: 'image/jpeg', format: 'jpeg' },
  '.jpeg': { mimeType: 'image/jpeg', format: 'jpeg' },
  '.png': { mimeType: 'image/png', format: 'png' },
  '.gif': { mimeType: 'image/gif', format: 'gif' },
  '.webp': { mimeType: 'image/webp', format: 'webp' },
  '.avif': { mimeType: 'image/avif', format: 'heif' },
};

/** Reads the picture here to know the expected answer of the library: its size in display orientation, or a refusal. */
const expectationOf = async (bytes: Buffer, format: string): Promise<Expectation> => {
  try {
    const picture = sharp(bytes);
    const [metadata] = await Promise.all([picture.metadata(), picture.clone().resize(16, 16).toBuffer()]);
    if (metadata.format !== format) return { status: 'refused' };
    return { status: 'active', width: metadata.autoOrient.width, height: metadata.autoOrient.height };
  } catch {
    return { status: 'refused' };
  }
};

/** The pictures directly in a folder, by the extensions that the library accepts. */
export const photosIn = async (folder: string): Promise<readonly Photo[]> => {
  const entries = await readdir(folder, { withFileTypes: true });
  const photos: Photo[] = [];
  for (const entry of entries) {
    const type = TYPES[extname(entry.name).toLowerCase()];
    if (!type || !entry.isFile()) continue;
    const read = () => readFile(join(folder, entry.name));
    const bytes = await read();
    const expect = await expectationOf(bytes, type.format);
    photos.push({ name: entry.name, mimeType: type.mimeType, size: bytes.length, read, expect });
  }
  if (photos.length === 0) throw new Error(`${folder} holds no picture (${Object.keys(TYPES).join(', ')})`);
  return photos;
};
