import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { fileTypeFromBuffer } from 'file-type';
import { bareMetadata } from '../../../../functions/domain/file-metadata.ts';
import { metadataReader } from '../../../../functions/files/metadata/metadata-reader.ts';
import { readMetadata } from '../../../../functions/files/metadata/read-metadata.ts';
import { bufferSource } from '../../../../functions/shared/byte-source.ts';
import { EXPECTED_METADATA } from '../../../fixtures/expected-metadata.ts';
import { fixture } from '../../../support/fixtures/fixtures.ts';

/** The verified type decides what reads a file; here that is what its first bytes show. */
const read = async (bytes: Buffer, mimeType?: string) =>
  readMetadata(bufferSource(bytes), mimeType ?? (await fileTypeFromBuffer(bytes))?.mime ?? 'application/octet-stream');

describe('a text that begins like a picture', () => {
  it.each(['GIF89a and more words', 'RIFF    WEBPVP8L    /AAAA', '\xff\xd8\xff\xe0 words', 'GIFTS 2026'])(
    '%j is a text, which no decoder of pictures meets',
    async (text) => {
      const asked: string[] = [];
      const reader = metadataReader({
        readMetadata: async (_, mimeType) => {
          asked.push(mimeType);
          throw new Error('no picture');
        },
      });
      const metadata = await reader(bufferSource(Buffer.from(text, 'latin1')), 'text/plain');
      expect(metadata).toEqual(bareMetadata('text/plain', metadata.fileType));
      expect(asked).toEqual([]);
    },
  );
});

describe('the metadata of a file', () => {
  it.each(Object.entries(EXPECTED_METADATA))('is read: %s', async (name, expected) => {
    expect(await read(await fixture(name))).toEqual(expected);
  });

  it('is expected of every fixture that the script makes', async () => {
    const folder = join(import.meta.dirname, '..', '..', '..', 'fixtures');
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
