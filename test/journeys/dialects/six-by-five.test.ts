import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LIBRARY_DIALECTS } from '../../../functions/http/dialect.ts';
import { libraryHolds } from '../../support/checks/library-check.ts';
import { type OddCall, oddBodies, oddForms, oddQueries } from '../../support/checks/odd-calls.ts';
import { errorShape } from '../../support/checks/shapes.ts';
import { type DialectClient, dialectClients } from '../../support/drivers/dialect-clients.ts';
import { operator } from '../../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../../support/drivers/runtime.ts';
import { distinct, photo } from '../../support/fixtures/pictures.ts';

/** What is uploaded in any of six ways is one and the same record in all five APIs. */
const WAYS = [...LIBRARY_DIALECTS, 'signed request'] as const;
type Way = (typeof WAYS)[number];

let runtime: Runtime;
let clients: Awaited<ReturnType<typeof dialectClients>>;
let picture: Buffer;
beforeAll(async () => {
  runtime = await startRuntime();
  clients = await dialectClients(runtime.ready);
  picture = await photo(320, 200);
}, 120_000);
afterAll(() => runtime?.stop());

/** Uploads in one of the ways; answers the id of the record, as the list of the canonical API has it. */
const upload = async (way: Way, name: string): Promise<string> => {
  const bytes = distinct(picture, name);
  if (way === 'signed request') {
    const { mediaId } = await clients.api.upload({ name, type: 'image/jpeg', bytes });
    return mediaId;
  }
  const { status } = await clients[way].upload(name, bytes);
  expect([way, status]).toEqual([way, way === 'tokens' || way === 'base' ? 201 : 200]);
  const { data } = (await clients.api.call('GET', '/api/v1/media?limit=1')).body.data;
  expect(data[0]).toMatchObject({ filename: name, mimeType: 'image/jpeg', fileSize: bytes.length });
  return data[0].id;
};

const everywhere = (ask: (api: DialectClient) => Promise<unknown>) =>
  Promise.all(LIBRARY_DIALECTS.map(async (name) => [name, await ask(clients[name])]));
const all = (value: unknown) => LIBRARY_DIALECTS.map((name) => [name, value]);

describe.each(WAYS)('an upload by %s', (way) => {
  it.each(LIBRARY_DIALECTS)('is listed, fetched, edited and deleted through %s', async (name) => {
    const api = clients[name];
    const filename = `${way.replace(' ', '-')}-by-${name}.jpg`;
    const id = await upload(way, filename);

    expect((await api.list()).filter((record) => record.id === id)).toEqual([{ id, name: filename }]);
    expect(await api.get(id)).toBe(200);
    expect(await everywhere((each) => each.get(id))).toEqual(all(200));

    const title = `Edited through ${name}`;
    // One API edits nothing; there it is seen that what another one edits does not change the file.
    const editing = api.edit ?? clients.v1.edit;
    expect(await editing?.(id, title)).toBe(200);
    const record = (await clients.api.call('GET', `/api/v1/media/${id}`)).body.data;
    expect([record.title, record.description]).toContain(title);
    expect([record.filename, record.version]).toEqual([filename, expect.any(Number)]);
    expect((await api.list()).some((each) => each.id === id)).toBe(true);

    expect([200, 204]).toContain(await api.remove(id));
    expect(await everywhere((each) => each.get(id))).toEqual(all(404));
    const lists = await everywhere(async (each) => (await each.list()).some((listed) => listed.id === id));
    expect(lists).toEqual(all(false));
    expect(await api.remove(id)).toBe(404);
  });
});

describe('a call that makes no sense', () => {
  let id: string;
  let number: string;
  let before: unknown;
  beforeAll(async () => {
    id = await upload('v1', 'odd.jpg');
    const rows = (await clients.byCookie.call('GET', '/media')).body.media;
    number = String(rows.find((row: { path: string }) => row.path.includes(id)).id);
    before = await operator(runtime.ready).library();
  });

  const send = ({ dialect, method, path, body, type }: OddCall) => {
    const by = dialect === 'admin' ? clients.byCookie : clients.api;
    const place = path.replace('{id}', dialect === 'admin' ? number : id);
    return by.call(method, place, body === undefined ? {} : { text: body, headers: { 'content-type': type ?? '' } });
  };

  it.each([...oddForms, ...oddQueries, ...oddBodies])('is told so: %s', async (_, call) => {
    const { status, body } = await send(call);
    expect([status, body]).toEqual([400, expect.anything()]);
    errorShape(call.dialect, body);
  });

  it('changes nothing', async () => {
    expect(await operator(runtime.ready).library()).toEqual(before);
    expect(await clients.admin.remove(id)).toBe(200);
  });
});

describe('afterwards', () => {
  it('nothing is left but what lies in the trash, and everything adds up', async () => {
    expect(await everywhere(async (each) => (await each.list()).length)).toEqual(all(0));
    const trash = (await clients.api.call('GET', '/api/v1/trash?limit=1')).body.data.total;
    // A delete through one of the APIs leaves nothing in the trash.
    expect(trash).toBe(WAYS.length * (LIBRARY_DIALECTS.length - 1));
    await libraryHolds(operator(runtime.ready));
  });
});
