import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, type Client, client } from '../support/drivers/client.ts';
import { listen, type ReceivedEvent } from '../support/drivers/events.ts';
import { type Operator, operator } from '../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { teamsOf } from '../support/drivers/team-of.ts';
import { docx, paragraph } from '../support/fixtures/documents.ts';
import { pdf, picturePage, textPage } from '../support/fixtures/pdf.ts';
import { ENGLISH, GERMAN, writtenPicture, writtenPixels } from '../support/fixtures/written.ts';

let runtime: Runtime;
let api: Client;
let ops: Operator;
beforeAll(async () => {
  runtime = await startRuntime();
  api = client(runtime.ready);
  ops = operator(runtime.ready);
});
afterAll(() => runtime?.stop());

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
/** A page takes five seconds to recognize, more beside other tests. */
const PATIENCE = 150_000;

const extract = (id: string, json: Record<string, unknown> = {}) =>
  api.call('POST', `/api/v1/media/${id}/extract-text`, { json });

/** Asks until the extraction is over; answers what came of it. */
const textOf = async (id: string, query = ''): Promise<Record<string, unknown>> => {
  for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; await pause(200)) {
    const { status, body } = await api.call('GET', `/api/v1/media/${id}/text?${query}`);
    if (status === 200) return body.data;
    if (status !== 202) throw new Error(`text answered ${status}`);
  }
  throw new Error('the text is still being read');
};

const found = async (word: string): Promise<readonly string[]> => {
  const { body } = await api.call('GET', `/api/v1/media?search=${word}`);
  return body.data.data.map(({ id }: { id: string }) => id);
};
const eventually = async (word: string, id: string): Promise<void> => {
  for (const deadline = Date.now() + 20_000; !(await found(word)).includes(id); await pause(100)) {
    if (Date.now() > deadline) throw new Error(`${word} does not find ${id}`);
  }
};

describe('the text of a file', () => {
  it('is answered at once for a small document, stored, and found by search from the start of its words', async () => {
    const { mediaId } = await api.upload({
      name: 'letter.docx',
      type: DOCX,
      bytes: docx(paragraph('A zeppelin arrives')),
    });
    const { status, body } = await extract(mediaId);
    expect([status, body.data.status, body.data.text]).toEqual([200, 'done', 'A zeppelin arrives']);
    await eventually('zeppel', mediaId);
    expect(await found('eppelin')).toEqual([]);
    const stored = (await ops.keys('renditions/')).filter(
      (key) => key.includes(`/${mediaId}/`) && key.includes('/text/'),
    );
    expect(stored).toHaveLength(1);
  });

  it(
    'is recognized in pictures of print, in English and in German, while the caller polls',
    async () => {
      const [english, german] = await Promise.all(
        [ENGLISH, GERMAN].map(async (lines, at) => {
          const bytes = await writtenPicture(lines);
          return (await api.upload({ name: `print-${at}.png`, type: 'image/png', bytes })).mediaId as string;
        }),
      );
      const asked = await Promise.all([extract(english ?? ''), extract(german ?? '')]);
      expect(asked.map(({ status, body }) => [status, body.data.status])).toEqual([
        [202, 'processing'],
        [202, 'processing'],
      ]);
      expect(await textOf(english ?? '')).toMatchObject({ status: 'done', language: 'en', text: ENGLISH.join(' ') });
      expect(await textOf(german ?? '')).toMatchObject({ status: 'done', language: 'de', text: GERMAN.join(' ') });
      await eventually('warehouses', english ?? '');

      // A second call reads: the object is the one of the first.
      const [key = ''] = (await ops.keys('renditions/')).filter(
        (each) => each.includes(`/${english}/`) && each.includes('/text/'),
      );
      const { LastModified } = await ops.head(key);
      const again = await extract(english ?? '');
      expect([again.status, again.body.data.text]).toEqual([200, ENGLISH.join(' ')]);
      expect((await ops.head(key)).LastModified).toEqual(LastModified);
    },
    PATIENCE * 2,
  );

  it(
    'of a PDF is its text layer, and what is recognized on pages that have none',
    async () => {
      const scanned = picturePage(await writtenPixels(ENGLISH));
      const bytes = pdf([textPage([{ x: 72, y: 700, size: 12, text: 'A page of text' }]), scanned]);
      const { mediaId } = await api.upload({ name: 'scan.pdf', type: 'application/pdf', bytes });
      expect((await extract(mediaId, { language: 'en' })).status).toBe(202);
      const { pages, pageCount } = (await textOf(mediaId, 'language=en')) as { pages: unknown; pageCount: number };
      expect(pageCount).toBe(2);
      expect(pages).toMatchObject([
        { number: 1, source: 'file', text: 'A page of text', confidence: null },
        { number: 2, source: 'ocr', text: ENGLISH.join(' ') },
      ]);
      const first = await extract(mediaId, { pages: '1' });
      expect([200, 202]).toContain(first.status);
      expect(await textOf(mediaId, 'pages=1')).toMatchObject({ text: 'A page of text', pageCount: 2 });
    },
    PATIENCE,
  );

  it('is failed with a code where the file cannot be read, and the files beside it are', async () => {
    const [bad, good] = await Promise.all([
      api.upload({ name: 'bad.pdf', type: 'application/pdf', bytes: pdf([textPage([])], { encrypted: true }) }),
      api.upload({
        name: 'good.pdf',
        type: 'application/pdf',
        bytes: pdf([textPage([{ x: 72, y: 700, size: 12, text: 'good' }])]),
      }),
    ]);
    await Promise.all([extract(bad.mediaId), extract(good.mediaId)]);
    expect(await textOf(good.mediaId)).toMatchObject({ status: 'done', text: 'good' });
    expect(await textOf(bad.mediaId)).toMatchObject({ status: 'failed', code: 'ENCRYPTED' });
    expect((await extract(bad.mediaId)).body.data).toMatchObject({ status: 'failed', code: 'ENCRYPTED' });
  });

  it('is told to everybody who listens, once it is over', async () => {
    const ear = await listen(runtime.ready);
    const { mediaId } = await api.upload({ name: 'told.txt', type: 'text/plain', bytes: Buffer.from('to be told') });
    await extract(mediaId);
    const isIt = ({ event, data }: ReceivedEvent) => event === 'media.text-extracted' && data.id === mediaId;
    const [told] = (await ear.until((events) => events.some(isIt))).filter(isIt);
    expect(told?.data).toMatchObject({ id: mediaId, status: 'done', pageCount: 1, preserveFormatting: false });
    ear.close();
  });

  it('is nothing for sounds, unknown ids, languages and pages', async () => {
    const { mediaId } = await api.upload({ name: 'a.txt', type: 'text/plain', bytes: Buffer.from('text') });
    expect((await api.call('GET', `/api/v1/media/${mediaId}/text`)).status).toBe(404);
    expect((await extract('unknown')).status).toBe(404);
    for (const json of [
      { language: 'xx' },
      { pages: '0' },
      { pages: '5-2' },
      { preserveFormatting: 'yes' },
      { more: 1 },
    ]) {
      expect((await extract(mediaId, json)).status).toBe(400);
    }
    const { body } = await extract(mediaId, { language: 'klingon' });
    expect(body.details.errors[0].message).toBe('Expected auto or one of en, es, fr, de, it, pt, nl, pl, sv, tr');
    const named = { filename: 'e.mp3', fileSize: 3, mimeType: 'audio/mpeg', url: 'https://example.com/e.mp3' };
    const external = await api.call('POST', '/api/v1/media', { json: named });
    expect((await extract(external.body.data.id)).status).toBe(415);
  });

  it('goes with its record', async () => {
    const { mediaId } = await api.upload({ name: 'gone.txt', type: 'text/plain', bytes: Buffer.from('soon gone') });
    await extract(mediaId);
    await api.call('DELETE', `/api/v1/media/${mediaId}`);
    expect((await api.call('DELETE', `/api/v1/trash/${mediaId}`)).status).toBe(200);
    expect((await ops.keys('renditions/')).filter((key) => key.includes(mediaId))).toEqual([]);
  });
});

describe('texts that many ask for', () => {
  const scanOf = async (pages: number) => {
    const scanned = picturePage(await writtenPixels(ENGLISH));
    return { name: 'scan.pdf', type: 'application/pdf', bytes: pdf(Array.from({ length: pages }, () => scanned)) };
  };
  const askFor = (caller: Client, id: string, pages: string) =>
    caller.call('POST', `/api/v1/media/${id}/extract-text`, { json: { pages } });
  const statusOf = async (caller: Client, id: string, pages: string) =>
    (await caller.call('GET', `/api/v1/media/${id}/text?pages=${pages}`)).body.data.status;
  const PAGES = Array.from({ length: 12 }, (_, at) => String(at + 1));
  /** So many are read, others are refused. On a slow machine a text may be done before the last call comes: its place is taken again. */
  const expectPlaces = async (places: number, caller: Client, id: string, answers: readonly Answer[]) => {
    const statuses = answers.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([202, 429]));
    const taken = PAGES.filter((_, at) => statuses[at] === 202);
    expect(taken.length).toBeGreaterThanOrEqual(places);
    const states = await Promise.all(taken.map((page) => statusOf(caller, id, page)));
    expect(states.filter((state) => state === 'processing').length).toBeLessThanOrEqual(places);
  };

  it(
    'are read four at a time for one person, one after the other, and that of another team meanwhile',
    async () => {
      const teams = teamsOf(runtime);
      const [greedy, other] = await Promise.all([teams.anOwner(), teams.anOwner()]);
      const [large, small] = await Promise.all([
        greedy.api.upload(await scanOf(12)),
        other.api.upload(await scanOf(1)),
      ]);
      const answers = await Promise.all(PAGES.map((page) => askFor(greedy.api, large.mediaId, page)));
      await expectPlaces(4, greedy.api, large.mediaId, answers);
      expect(answers.find(({ status }) => status === 429)?.headers.get('retry-after')).toBe('15');
      const taken = PAGES.filter((_, at) => answers[at]?.status === 202);
      expect((await askFor(other.api, small.mediaId, '1')).status).toBe(202);
      for (const deadline = Date.now() + PATIENCE; (await statusOf(other.api, small.mediaId, '1')) !== 'done'; ) {
        if (Date.now() > deadline) throw new Error('the text of the other team waits');
        await pause(100);
      }
      const states = await Promise.all(taken.map((page) => statusOf(greedy.api, large.mediaId, page)));
      expect(states).toContain('processing');
    },
    PATIENCE * 2,
  );

  it(
    'are read two at a time for the guests at one address, who may ask again once it is over',
    async () => {
      const aGuest = async () => {
        const { body } = await client(runtime.ready, {}).call('POST', '/api/v1/auth/guest', { json: {} });
        return client(runtime.ready, { authorization: `Bearer ${body.data.accessToken}` });
      };
      const [guest, other] = [await aGuest(), await aGuest()];
      const [{ mediaId }, small] = [await guest.upload(await scanOf(12)), await other.upload(await scanOf(1))];
      const answers = await Promise.all(PAGES.map((page) => askFor(guest, mediaId, page)));
      await expectPlaces(2, guest, mediaId, answers);
      expect((await askFor(other, small.mediaId, '1')).status).toBe(429);
      const refused = PAGES.find((_, at) => answers[at]?.status === 429) ?? '';
      for (const deadline = Date.now() + PATIENCE; (await askFor(guest, mediaId, refused)).status !== 202; ) {
        if (Date.now() > deadline) throw new Error('the guest has no place again');
        await pause(200);
      }
    },
    PATIENCE * 2,
  );
});
