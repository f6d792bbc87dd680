import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CutUpload, uploadWithCuts } from '../support/drivers/cut-upload.ts';

const MIB = 2 ** 20;
const SIZE = 61 * MIB;
let folder: string;
let upload: CutUpload;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mediashelf-resume-'));
  upload = await uploadWithCuts({ folder, size: SIZE });
}, 400_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** `npm run bench -- --only large` does the same with 5 GiB. */
describe('a film whose client is killed, whose network is gone, and whose server is killed', () => {
  it('becomes a record of the bytes that were on disk', () => {
    expect(upload.ended).toMatchObject({ code: 0, summary: { files: 1, uploaded: 1, failed: 0 } });
    expect(upload.record).toMatchObject({ fileSize: SIZE, checksum: upload.sha256, checksumAlgorithm: 'SHA256' });
  });

  it('is gone on with each time, without a finished part sent again', () => {
    expect(upload.sentTwice).toEqual([]);
    const stored = upload.puts.filter(({ status }) => status === 200).map(({ part }) => part);
    expect(stored.toSorted((one, other) => one - other)).toEqual(
      [...Array(upload.partCount).keys()].map((at) => at + 1),
    );
  });

  it('is never held in memory', () => {
    // What Node itself takes, and the pieces that are on the way: the same for a film of any size.
    expect(upload.clientMemory).toBeLessThan(220);
  });
});
