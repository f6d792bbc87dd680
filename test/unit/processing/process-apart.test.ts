import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { bufferSource } from '../../../functions/formats/byte-source.ts';
import { hanging, type ProcessingOutcome } from '../../../functions/processing/outcome.ts';
import { processApart } from '../../../functions/processing/process-apart.ts';

const bytes = Buffer.from('the bytes of a picture');
const declared = { mimeType: 'image/png', size: bytes.length };
const process = (examine: Parameters<typeof processApart>[0], stored = bytes) =>
  processApart(examine)({ body: Readable.from([stored]), source: bufferSource(stored), declared });

describe('a picture that is verified apart', () => {
  it('lies on the disk meanwhile, and no longer', async () => {
    let folder = '';
    const outcome: ProcessingOutcome = hanging();
    const answer = await process(async (path, told) => {
      folder = dirname(path);
      expect([readFileSync(path), told]).toEqual([bytes, declared]);
      return { outcome, metadata: undefined };
    });
    expect(answer).toBe(outcome);
    expect(() => readdirSync(folder)).toThrow('ENOENT');
  });

  it('is not looked at when it is larger than was announced', async () => {
    const never = () => Promise.reject(new Error('looked at'));
    expect(await process(never, Buffer.concat([bytes, bytes]))).toMatchObject({ code: 'SIZE_MISMATCH' });
  });
});
