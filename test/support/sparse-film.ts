import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { fixture } from './fixtures.ts';

const GIB = 2 ** 30;

/** The boxes of a film, by their names. */
const boxesOf = (film: Buffer): Readonly<Record<string, Buffer>> => {
  const boxes: Record<string, Buffer> = {};
  for (let at = 0; at < film.length; at += film.readUInt32BE(at)) {
    boxes[film.toString('latin1', at + 4, at + 8)] = film.subarray(at, at + film.readUInt32BE(at));
  }
  return boxes;
};

/** A film of two gigabytes, nearly all of it a hole: its frames are never looked at. */
export const sparseFilm = async (folder: string, order: readonly ('ftyp' | 'moov' | 'mdat')[]): Promise<string> => {
  const boxes = boxesOf(await fixture('video/index-last.mp4'));
  const path = join(folder, order.join('-'));
  const file = await open(path, 'w');
  let at = 0;
  for (const name of order) {
    if (name === 'mdat') {
      const header = Buffer.alloc(16);
      header.writeUInt32BE(1);
      header.write('mdat', 4, 'latin1');
      header.writeBigUInt64BE(BigInt(2 * GIB), 8);
      await file.write(header, 0, header.length, at);
      at += 2 * GIB;
    } else {
      const box = boxes[name] ?? Buffer.alloc(0);
      await file.write(box, 0, box.length, at);
      at += box.length;
    }
  }
  await file.truncate(at);
  await file.close();
  return path;
};
