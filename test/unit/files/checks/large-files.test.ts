import { describe, expect, it } from '@jest/globals';
import { processLarge } from '../../../../functions/files/checks/process-large.ts';
import type { ByteSource } from '../../../../functions/shared/byte-source.ts';
import { isoMedia } from '../../../support/fixtures/least-files.ts';

const GIB = 2 ** 30;
const checksum = { algorithm: 'CRC64NVME', value: 'rosUhgp5mIg=' } as const;

/** An MP4 whose frames are a hole of many gigabytes, with its index behind them. */
const sparseFilm = (hole: number, { cut = false } = {}) => {
  const film = isoMedia('mp42', { frames: 0 });
  const place = film.indexOf('mdat') - 4;
  const long = Buffer.alloc(16);
  long.writeUInt32BE(1, 0);
  long.write('mdat', 4);
  long.writeBigUInt64BE(BigInt(hole + 16), 8);
  const front = Buffer.concat([film.subarray(0, place), long]);
  const back = film.subarray(place + 8);
  const size = front.length + hole + (cut ? back.length - 50 : back.length);
  let read = 0;
  const source: ByteSource = {
    size,
    read: async (start, length) => {
      const end = Math.min(start + length, size);
      const bytes = Buffer.alloc(Math.max(0, end - start));
      read += bytes.length;
      front.copy(bytes, 0, Math.min(start, front.length), Math.min(end, front.length));
      const from = Math.max(start, front.length + hole);
      if (end > from) back.copy(bytes, from - start, from - front.length - hole, end - front.length - hole);
      return bytes;
    },
  };
  return { source, size, read: () => read };
};
const verify = ({ source, size }: { source: ByteSource; size: number }, mimeType = 'video/mp4') =>
  processLarge({ source, declared: { mimeType, size }, checksum });

describe('a film that is too large to be read', () => {
  it('is verified by its structure and keeps the checksum of S3, by its name', async () => {
    const film = sparseFilm(300 * GIB);
    expect(await verify(film)).toMatchObject({
      outcome: 'ok',
      facts: { checksum: checksum.value, checksumAlgorithm: 'CRC64NVME', size: film.size },
    });
    expect(film.read()).toBeLessThan(GIB);
  });

  it('is refused when it is cut, another type or of another size', async () => {
    expect(await verify(sparseFilm(20 * GIB, { cut: true }))).toMatchObject({ code: 'DECODE_ERROR' });
    expect(await verify(sparseFilm(20 * GIB), 'video/webm')).toMatchObject({ code: 'CONTENT_MISMATCH' });
    const film = sparseFilm(20 * GIB);
    expect(await verify({ ...film, size: film.size + 1 })).toMatchObject({ code: 'SIZE_MISMATCH' });
  });
});
