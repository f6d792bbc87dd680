import { expect, it } from '@jest/globals';
import { bareMetadata } from '../../../functions/domain/file-metadata.ts';
import { readMetadata } from '../../../functions/files/metadata/read-metadata.ts';
import { analyzeMedia } from '../../../functions/media/analyze-media.ts';
import { bufferSource } from '../../../functions/shared/byte-source.ts';
import { aRecord } from '../../support/drivers/library.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';
import { compound, DOCX, office } from '../../support/fixtures/least-files.ts';
import { photo } from '../../support/fixtures/pictures.ts';

/** The type of a file as `analyze` answers it; `kept` is what the library knew before. */
const fileType = async (mimeType: string, bytes: Buffer, kept?: ReturnType<typeof bareMetadata>) => {
  const record = aRecord({ mimeType, fileSize: bytes.length });
  const analyze = analyzeMedia({
    media: { get: async () => record },
    metadata: { get: async () => kept && { metadata: kept, isCurrent: true }, keep: async () => true },
    files: {
      head: async () => ({ size: bytes.length }),
    } as never,
    readMetadata: (_, type) => readMetadata(bufferSource(bytes), type),
    clock: () => new Date(0),
  });
  const { metadata } = await analyze({ input: { id: record.id }, principal: aPrincipal({ teamId: record.teamId }) });
  return [metadata.fileType, metadata.contentType];
};

const TEXT = Buffer.from('twelve words');

it.each<[string, string, () => Buffer | Promise<Buffer>, string]>([
  ['plain text', 'text/plain', () => TEXT, 'txt'],
  ['CSV', 'text/csv', () => Buffer.from('a,b\n1,2\n'), 'csv'],
  ['Markdown', 'text/markdown', () => Buffer.from('# A title'), 'md'],
  ['Word before 2007', 'application/msword', () => compound('WordDocument'), 'doc'],
  ['Excel before 2007', 'application/vnd.ms-excel', () => compound('Workbook'), 'xls'],
  ['PowerPoint before 2007', 'application/vnd.ms-powerpoint', () => compound('PowerPoint Document'), 'ppt'],
  ['Word by its new type', DOCX, () => office(DOCX), 'docx'],
  ['a picture', 'image/jpeg', () => photo(40, 30), 'jpg'],
])('the type of %s is told', async (_, mimeType, bytes, expected) =>
  expect(await fileType(mimeType, await bytes())).toEqual([expected, mimeType]),
);

it('a new document under the name of an old type has the type of its bytes', async () =>
  expect(await fileType('application/msword', await office(DOCX))).toEqual(['docx', DOCX]));

it.each([
  ['text/plain', null, 'txt'],
  ['application/msword', 'cfb', 'doc'],
  ['image/png', 'apng', 'png'],
])('what was kept of a file of type %s without one has it too', async (mimeType, kept, expected) =>
  expect(await fileType(mimeType, TEXT, bareMetadata(mimeType, kept))).toEqual([expected, mimeType]),
);
