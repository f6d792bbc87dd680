import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readMetadata } from '../../../functions/analysis/read-metadata.ts';
import { bareMetadata } from '../../../functions/domain/file-metadata.ts';
import { bufferSource } from '../../../functions/formats/byte-source.ts';
import { EXPECTED_METADATA } from '../../fixtures/expected-metadata.ts';
import { fixture } from '../../support/fixtures.ts';

const read = (bytes: Buffer, mimeType = 'application/octet-stream') => readMetadata(bufferSource(bytes), mimeType);

describe('the metadata of a file', () => {
  it.each(Object.entries(EXPECTED_METADATA))('is read: %s', async (name, expected) => {
    expect(await read(await fixture(name))).toEqual(expected);
  });

  it('is expected of every fixture that the script makes', async () => {
    const folder = join(import.meta.dirname, '..', '..', 'fixtures');
    const script = await readdir(folder);
    expect(script).toContain('make-media.sh');
    for (const name of Object.keys(EXPECTED_METADATA)) {
      const [kind = '', file = ''] = name.split('/');
      expect(await readdir(join(folder, kind))).toContain(file);
    }
  });

  it('has the declared type when the bytes show none', async () => {
    expect(await read(Buffer.from('a;b\n1;2\n'), 'text/csv')).toEqual(bareMetadata('text/csv'));
  });

  it('has the type that the bytes show, whatever was declared', async () => {
    expect((await read(await fixture('audio/bare.mp3'), 'image/png')).contentType).toBe('audio/mpeg');
  });

  it('is next to nothing for an empty file', async () => {
    expect(await read(Buffer.alloc(0), 'video/mp4')).toEqual(bareMetadata('video/mp4'));
  });

  it('is what was known in time when the source hangs', async () => {
    const bytes = await fixture('video/index-last.mp4');
    const source = {
      size: bytes.length + 2 ** 30,
      read: (start: number, length: number) => hanging(bytes, start, length),
    };
    expect(await readMetadata(source, 'video/mp4', { patience: 50 })).toEqual(bareMetadata('video/mp4', 'mp4'));
  });
});

/** Only the first bytes ever arrive. */
const hanging = (bytes: Buffer, start: number, length: number): Promise<Uint8Array> =>
  start === 0 && length === 65_536 ? Promise.resolve(bytes.subarray(0, length)) : new Promise(() => undefined);
