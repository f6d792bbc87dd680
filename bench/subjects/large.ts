/** A film of 5 GiB that is interrupted three times, and the memory of client and runtime for it, beside a small one. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CutUpload, uploadWithCuts } from '../../test/support/drivers/cut-upload.ts';
import type { Subject } from '../rig/scope.ts';
import { type BenchRow, benchRow, rateRow } from '../rig/table.ts';

const MIB = 2 ** 20;
/** Memory that does not grow with the file, except for garbage of a longer run. */
const FLAT = 1.3;

const measure = async (mebibytes: number, say: (message: string) => void): Promise<CutUpload> => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-large-'));
  try {
    const upload = await uploadWithCuts({ folder, size: mebibytes * MIB, sparse: true, say });
    if (upload.record.checksum !== upload.sha256) throw new Error('the record has another checksum than the file');
    if (upload.sentTwice.length > 0) throw new Error(`parts were sent again: ${upload.sentTwice}`);
    return upload;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

export const benchLarge: Subject = async ({ quick, say }): Promise<BenchRow[]> => {
  const [little, much] = quick ? [64, 128] : [256, 5120];
  const small = await measure(little ?? 0, say);
  const large = await measure(much ?? 0, say);
  const name = `${much} MiB cut three times`;
  const memory = (whose: string, value: number, baseline: number): BenchRow =>
    benchRow({ name: `${name}: memory of the ${whose} / ${little} MiB`, value, baseline, unit: 'MiB', budget: FLAT });
  return [
    memory('client', large.clientMemory, small.clientMemory),
    memory('runtime', large.runtimeMemory, small.runtimeMemory),
    rateRow({
      name: `${name}, until active`,
      value: ((much ?? 0) * MIB) / 1e6 / large.seconds,
      unit: 'MB/s',
      baseline: null,
      budget: null,
    }),
  ];
};
