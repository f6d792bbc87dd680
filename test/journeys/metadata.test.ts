import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EXPECTED_METADATA } from '../fixtures/expected-metadata.ts';
import { type Client, client } from '../support/client.ts';
import { fixture } from '../support/fixtures.ts';
import { checkLibrary } from '../support/library-check.ts';
import { type Operator, operator } from '../support/operator.ts';
import { type Runtime, startRuntime } from '../support/runtime.ts';

let runtime: Runtime;
let api: Client;
let ops: Operator;
beforeAll(async () => {
  runtime = await startRuntime();
  api = client(runtime.ready);
  ops = operator(runtime.ready);
});
afterAll(() => runtime?.stop());

const stored = async (name: string, type: string): Promise<string> =>
  (await api.upload({ name: name.replace('/', '-'), type, bytes: await fixture(name) })).mediaId;
const metadataOf = async (id: string) => (await api.call('GET', `/api/v1/media/${id}/metadata`)).body.data;

describe('what a file says of itself', () => {
  it.each([
    ['picture/camera.jpg', 'image/jpeg'],
    ['picture/iptc.jpg', 'image/jpeg'],
    ['document/report.pdf', 'application/pdf'],
    ['video/index-last.mp4', 'video/mp4'],
    ['audio/tagged.mp3', 'audio/mpeg'],
  ])('is told to those who may read it: %s', async (name, type) => {
    expect(await metadataOf(await stored(name, type))).toMatchObject({ ...EXPECTED_METADATA[name] });
  });

  it('is on the record where lists need it, in a few bytes', async () => {
    const film = (await api.call('GET', `/api/v1/media/${await stored('video/index-first.mp4', 'video/mp4')}`)).body
      .data;
    expect(film).toMatchObject({ duration: 2, width: 160, height: 90, pages: null, title: null });
    const report = (
      await api.call('GET', `/api/v1/media/${await stored('document/linearized.pdf', 'application/pdf')}`)
    ).body;
    expect(report.data).toMatchObject({ duration: null, pages: 3 });
    expect(JSON.stringify(report)).not.toContain('Ada Field');
  });

  it('is read on the first call, of files that came before anybody did', async () => {
    const id = await stored('picture/camera.webp', 'image/webp');
    await ops.removeItem({ pk: `MEDIA#${id}`, sk: 'METADATA' });
    const first = await metadataOf(id);
    expect(first).toMatchObject({ ...EXPECTED_METADATA['picture/camera.webp'] });
    expect((await ops.items()).filter(({ pk, sk }) => pk === `MEDIA#${id}` && sk === 'METADATA')).toHaveLength(1);
    expect(await metadataOf(id)).toEqual(first);
  });

  it('is nobody else’s, and goes with the record', async () => {
    const id = await stored('picture/south-west.jpg', 'image/jpeg');
    const anonymous = await fetch(`${runtime.ready.http}/api/v1/media/${id}/metadata`);
    expect(anonymous.status).toBe(401);
    expect(await anonymous.text()).not.toContain('33.9');
    await api.call('DELETE', `/api/v1/media/${id}`);
    expect((await api.call('GET', `/api/v1/media/${id}/metadata`)).status).toBe(404);
    await api.call('DELETE', `/api/v1/trash/${id}`);
    expect((await ops.items()).filter(({ pk }) => pk === `MEDIA#${id}`)).toEqual([]);
    expect(await checkLibrary(ops)).toEqual([]);
  });
});
