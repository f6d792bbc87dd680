import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Client, client } from '../support/drivers/client.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { fixture } from '../support/fixtures/fixtures.ts';

const SETTINGS = {
  fillFromMetadata: true,
  extractText: 'onUpload',
  ocrLanguages: ['en'],
  types: ['image/jpeg', 'application/pdf', 'text/html'],
};

let runtime: Runtime;
let api: Client;
beforeAll(async () => {
  const given = Object.entries(SETTINGS).flatMap(([name, value]) => [
    '-c',
    `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  ]);
  runtime = await startRuntime(['--memory', ...given]);
  api = client(runtime.ready);
});
afterAll(() => runtime?.stop());

const recordOf = async (path: string, type: string, declare: Record<string, unknown> = {}) => {
  const { mediaId } = await api.upload({ name: path.replace('/', '-'), type, bytes: await fixture(path), declare });
  return (await api.call('GET', `/api/v1/media/${mediaId}`)).body.data;
};
/** Search follows a record by moments, and a text by a little more. */
const found = async (word: string): Promise<readonly string[]> => {
  for (const deadline = Date.now() + 50_000; ; await pause(200)) {
    const { data } = (await api.call('GET', `/api/v1/media?search=${word}`)).body.data;
    if (data.length > 0 || Date.now() > deadline) return data.map(({ id }: { id: string }) => id);
  }
};

describe('with fillFromMetadata', () => {
  it('a photo has the title, the caption and the keywords that were written into it', async () => {
    const { title, caption, alt, tags } = await recordOf('picture/xmp.jpg', 'image/jpeg');
    expect({ title, caption, alt }).toEqual({
      title: 'Harbour',
      caption: 'Boats & nets',
      alt: 'Three boats in a harbour',
    });
    expect(tags.map(({ name }: { name: string }) => name).sort()).toEqual(['boats', 'nets']);
  });

  it('what its sender wrote stays', async () => {
    const { title, caption } = await recordOf('picture/iptc.jpg', 'image/jpeg', { title: 'Mine' });
    expect({ title, caption }).toEqual({ title: 'Mine', caption: 'A bridge over the river, é' });
  });
});

describe('with extractText on upload', () => {
  it('a document is found by its words without a request for its text', async () => {
    const { id } = await recordOf('printed/from-browser.pdf', 'application/pdf');
    expect(await found('nine')).toEqual([id]);
    const { status, body } = await api.call('GET', `/api/v1/media/${id}/text`);
    expect([status, body.data.text]).toEqual([200, 'Opening hours\nThe harbour office opens at nine.']);
  });
});

describe('with web pages among the types', () => {
  it('one is kept, read and never shown in place', async () => {
    const bytes = Buffer.from(
      '<!DOCTYPE html><title>Piers</title><script>alert(1)</script><p>Two <b>lighthouses</b></p>',
    );
    const { mediaId, status } = await api.upload({ name: 'page.html', type: 'text/html', bytes });
    expect(status).toBe('active');
    expect(await found('lighthouses')).toEqual([mediaId]);
    expect(await found('piers')).toEqual([mediaId]);
    const { url } = (await api.call('GET', `/api/v1/media/${mediaId}`)).body.data;
    const file = await fetch(url);
    expect(file.headers.get('content-disposition')).toMatch(/^attachment/);
  });

  it('a type that is not among them is not taken', async () => {
    const answer = await api.announce({ name: 'a.png', type: 'image/png', bytes: Buffer.from('x') });
    expect([answer.status, answer.body.details.code]).toEqual([415, 'TYPE_NOT_ALLOWED']);
  });
});
