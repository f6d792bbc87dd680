import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { filesExtractText } from '../../../functions/api/files/insights.ts';
import type { TextPage } from '../../../functions/domain/text.ts';
import { dynamoMedia } from '../../../functions/stores/media-store.ts';
import { dynamoTexts } from '../../../functions/stores/text-store.ts';
import { extractText } from '../../../functions/text/extract-text.ts';
import { textRefOf } from '../../../functions/text/request-text.ts';
import { textResults } from '../../../functions/text/text-results.ts';
import { aRecord, type Library, startLibrary } from '../../support/library.ts';
import { aPrincipal } from '../../support/principal.ts';
import { shapeOf } from '../../support/shapes.ts';

let library: Library;
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

const clock = () => new Date();
const OPTIONS = { language: 'auto', preserveFormatting: false, pages: undefined };
const pages = (...texts: string[]): readonly TextPage[] =>
  texts.map((text, at) => ({ number: at + 1, name: null, text, source: 'ocr', confidence: 90 }));

/** A scanned document whose text is being read, and the call of the files API that asks for it. */
const reading = async () => {
  const { table, files } = library;
  const texts = dynamoTexts(table);
  const media = dynamoMedia(table);
  const record = aRecord({
    id: crypto.randomUUID(),
    teamId: crypto.randomUUID(),
    mimeType: 'application/pdf',
    fileVersion: 'v',
  });
  await media.create(record, 10);
  const ref = textRefOf(record, OPTIONS);
  await texts.request(ref, clock());
  const extract = extractText({
    ...{ media, texts, clock, languages: ['en'] },
    results: textResults(files, texts),
    requestText: async () => undefined,
    readDocument: () => Promise.reject(new Error('not asked for')),
  });
  const input = { id: record.id, options: OPTIONS, action: 'extract', patience: 0 } as const;
  const principal = aPrincipal({ teamId: record.teamId });
  const ask = async () =>
    filesExtractText.reply(await extract({ input, principal }), { publicUrl: 'https://api.example' });
  return { texts, ref, ask };
};

describe('an extraction that is still running', () => {
  it('answers with the text so far, never without one', async () => {
    const { texts, ref, ask } = await reading();
    expect(await ask()).toEqual({ status: 202, body: { data: { status: 'processing', text: '' } } });
    await texts.noteSoFar(ref, pages('A first page'), clock());
    expect(await ask()).toEqual({ status: 202, body: { data: { status: 'processing', text: 'A first page' } } });
    await texts.noteSoFar(ref, pages('A first page', 'and a second'), clock());
    const { body } = await ask();
    expect(body).toMatchObject({ data: { text: 'A first page\n\nand a second' } });
    shapeOf('files', 'POST /v1/media/files/{id}/extract-text', body);
  });

  it('keeps no more of it than an item takes', async () => {
    const { texts, ref } = await reading();
    await texts.noteSoFar(ref, pages('ü'.repeat(100_000)), clock());
    expect(Buffer.byteLength((await texts.get(ref))?.soFar ?? '')).toBe(32_000);
  });

  it('is not begun again by pages that come late', async () => {
    const { texts, ref } = await reading();
    await texts.fail(ref, 'DAMAGED', 'The file is damaged.', clock());
    await texts.noteSoFar(ref, pages('late'), clock());
    expect(await texts.get(ref)).toMatchObject({ status: 'failed' });
    expect((await texts.get(ref))?.soFar).toBeUndefined();
  });
});
