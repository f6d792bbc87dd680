import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Client, client } from '../support/client.ts';
import { photo } from '../support/pictures.ts';
import { type Runtime, startRuntime } from '../support/runtime.ts';

let runtime: Runtime;
let api: Client;
beforeAll(async () => {
  runtime = await startRuntime();
  api = client(runtime.ready);
});
afterAll(() => runtime?.stop());

const recordOf = async (id: string) => (await api.call('GET', `/api/v1/media/${id}`)).body.data;
const headOf = async (address: string) => fetch(address, { method: 'HEAD' });

describe('a name that a file is served under', () => {
  it.each(['report.hta', 'invoice.pdf.exe', 'page.svg.html'])(
    'ends as its type does, whatever the name: %s',
    async (name) => {
      const { mediaId } = await api.upload({ name, type: 'image/jpeg', bytes: await photo(40, 30) });
      const record = await recordOf(mediaId);
      expect(record.filename).toBe(name);
      const shown = await headOf(record.url);
      expect(shown.headers.get('content-disposition')).toBe(`inline; filename="${name}.jpg"`);
      const download = await api.call('GET', `/v1/media/files/${mediaId}/download`);
      const { headers } = await fetch(download.headers.get('location') ?? '');
      expect(headers.get('content-disposition')).toBe(`attachment; filename="${name}.jpg"`);
    },
  );

  it.each(['?.txt', '??', 'what?.txt', '%3F.txt', '#1.txt', 'a%2Fb.txt', '\\.txt'])(
    'leaves its address whole: %s',
    async (name) => {
      const { mediaId } = await api.upload({ name, type: 'text/plain', bytes: Buffer.from('hello') });
      const answer = await fetch((await recordOf(mediaId)).url);
      expect([answer.status, await answer.text()]).toEqual([200, 'hello']);
    },
  );
});

describe('a record whose file lies elsewhere', () => {
  it('leads nobody there but members of its team', async () => {
    const json = {
      url: 'https://evil.example/login',
      filename: 'Invoice.pdf',
      fileSize: 1,
      mimeType: 'application/pdf',
    };
    const made = await api.call('POST', '/api/v1/media', { json: { ...json, visibility: 'public' } });
    const address = `${runtime.ready.http}/m/${made.body.data.id}/Invoice.pdf`;
    for (const method of ['GET', 'HEAD']) {
      const answer = await fetch(address, { method, redirect: 'manual' });
      expect([answer.status, answer.headers.get('location')]).toEqual([404, null]);
    }
    const member = await api.call('GET', new URL(address).pathname);
    expect([member.status, member.headers.get('location')]).toEqual([302, json.url]);
    expect(member.headers.get('cache-control')).toBe('no-store');
  });

  it('leads nowhere else by any header of a request', async () => {
    const { mediaId } = await api.upload({ name: 'a.txt', type: 'text/plain', bytes: Buffer.from('hello') });
    const headers = {
      'x-forwarded-host': 'evil.example',
      forwarded: 'host=evil.example',
      'x-original-url': '//evil.example',
    };
    const answer = await fetch((await recordOf(mediaId)).url, { redirect: 'manual', headers });
    expect(new URL(answer.headers.get('location') ?? '').origin).toBe(runtime.ready.s3);
  });
});
