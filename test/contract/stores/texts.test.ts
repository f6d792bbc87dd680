import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { filesExtractText } from '../../../functions/dialects/files/insights.ts';
import { originalKey } from '../../../functions/domain/media.ts';
import type { TextPage } from '../../../functions/domain/text.ts';
import { dynamoMedia } from '../../../functions/library/media-store.ts';
import { dynamoClaims } from '../../../functions/table/claim-store.ts';
import { extractText } from '../../../functions/text/extract-text.ts';
import { claimText, textRefOf } from '../../../functions/text/request-text.ts';
import { MOST_PARTS, textResults } from '../../../functions/text/text-results.ts';
import { dynamoTexts } from '../../../functions/text/text-store.ts';
import { shapeOf } from '../../support/checks/shapes.ts';
import { aRecord, type Library, startLibrary } from '../../support/drivers/library.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';

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
    claimText: () => Promise.reject(new Error('not asked for')),
    newId: () => crypto.randomUUID(),
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

describe('an extraction whose order was not sent', () => {
  it('is begun by the next request, and one that was sent is not', async () => {
    const { texts, ref } = await reading();
    expect(await texts.request(ref, clock())).toBe(false);
    const job = await texts.get(ref);
    await texts.withdraw(ref, new Date(Date.parse(job?.requestedAt ?? '') + 1));
    expect(await texts.request(ref, clock())).toBe(false);
    await texts.withdraw(ref, new Date(job?.requestedAt ?? ''));
    expect(await texts.request(ref, clock())).toBe(true);
  });
});

/** A small document of a team, and the call that reads it at once. */
const quick = async () => {
  const { table, files, put } = library;
  const [texts, media] = [dynamoTexts(table), dynamoMedia(table)];
  const record = aRecord({
    ...{ id: crypto.randomUUID(), teamId: crypto.randomUUID(), fileVersion: 'v' },
    mimeType: 'text/plain',
    fileSize: 4,
  });
  await media.create(record, 10);
  await put(originalKey(record.teamId, record.id, 'v'), Buffer.from('word'), { ContentType: 'text/plain' });
  const claims = dynamoClaims(table, clock);
  const state = { reading: 0, most: 0, opened: Promise.resolve() };
  const extract = extractText({
    ...{ media, texts, clock, languages: ['en'] },
    results: textResults(files, texts),
    requestText: async () => undefined,
    claimText: claimText({ claims }),
    newId: () => crypto.randomUUID(),
    readDocument: async () => {
      state.reading += 1;
      state.most = Math.max(state.most, state.reading);
      await state.opened;
      state.reading -= 1;
      return { pages: pages('word'), pageCount: 1, truncated: false, language: null };
    },
  });
  const principal = aPrincipal({ teamId: record.teamId });
  const ask = (first?: number) => {
    const options = { ...OPTIONS, pages: first === undefined ? undefined : { first, last: first } };
    return extract({ input: { id: record.id, options, action: 'extract', patience: 0 }, principal });
  };
  const kept = async () =>
    (await files.list(`renditions/${record.teamId}/${record.id}/v/text/`)).keys.map(({ key }) => key.split('/').at(-1));
  return { ask, kept, state, texts, files, record };
};

describe('a small document that is read while its caller waits', () => {
  it.each<[string, (at: number) => number | undefined]>([
    ['in ranges of its own each', (at) => at + 1],
    ['in the same range', () => 1],
    ['as a whole', () => undefined],
  ])('is read four times at once for one person, and more are refused: %s', async (_, first) => {
    const { ask, state } = await quick();
    const { promise, resolve } = Promise.withResolvers<void>();
    state.opened = promise;
    const refused: unknown[] = [];
    const asked = Array.from({ length: 7 }, (_, at) => ask(first(at)).catch((error) => refused.push(error)));
    while (state.reading + refused.length < 7) await new Promise((done) => setTimeout(done, 10));
    resolve();
    await Promise.all(asked);
    expect([state.most, refused.length]).toEqual([4, 3]);
    for (const error of refused) expect(error).toMatchObject({ code: 'RATE_LIMITED' });
    expect(await ask(9)).toMatchObject({ status: 'done' });
  });

  it('is kept as a whole, and no range of its pages is', async () => {
    const { ask, kept } = await quick();
    for (const first of [1, 2, 3]) expect(await ask(first)).toMatchObject({ status: 'done' });
    expect(await kept()).toEqual([]);
    expect(await ask()).toMatchObject({ status: 'done' });
    expect(await kept()).toEqual(['auto.flow.all.json']);
  });
});

describe('ranges of pages that are kept of one file', () => {
  it('are a hundred, of which the oldest goes; the whole stays', async () => {
    const { texts, files, record, kept } = await quick();
    const results = textResults(files, texts);
    const text = { pages: pages('word'), pageCount: 1, truncated: false, language: null };
    await results.store(textRefOf(record, OPTIONS), text, clock());
    for (let first = 1; first <= MOST_PARTS + 2; first += 1) {
      await results.store(textRefOf(record, { ...OPTIONS, pages: { first, last: first } }), text, clock());
    }
    const names = await kept();
    expect(names).toHaveLength(MOST_PARTS + 1);
    expect(names).toContain('auto.flow.all.json');
    expect(names).toContain(`auto.flow.${MOST_PARTS + 2}-${MOST_PARTS + 2}.json`);
  });
});
