import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { WebSocket } from 'ws';
import { type Client, client } from '../../test/support/drivers/client.ts';
import { operator } from '../../test/support/drivers/operator.ts';
import type { Ready } from '../../test/support/drivers/runtime.ts';
import { distinct, photo } from '../../test/support/fixtures/pictures.ts';

/** Something that people or programs do, as often as it is asked for. */
export interface LedgerOperation {
  readonly name: string;
  /** What `run` needs to be there and is not charged. */
  prepare?(): Promise<void>;
  run(): Promise<unknown>;
}

const PAGE = 20;
const FIXTURES = new URL('../../test/fixtures/', import.meta.url);
const fixture = (name: string): Promise<Buffer> => readFile(new URL(name, FIXTURES));

const succeed = (answer: { readonly status: number; readonly body: unknown }, status = 200): void => {
  if (answer.status !== status) throw new Error(`answered ${answer.status}: ${JSON.stringify(answer.body)}`);
};

/** Sends a file as a client does that waits for events: it asks nothing while the file is processed. */
const send = async ({ announce, put }: Client, name: string, type: string, bytes: Buffer): Promise<string> => {
  const announced = await announce({ name, type, bytes });
  succeed(announced, 201);
  const stored = await put(announced.body.data.request, bytes);
  if (!stored.ok) throw new Error(`S3 answered ${stored.status}`);
  return announced.body.data.mediaId;
};

const until = async (client: Client, id: string): Promise<void> => {
  for (;;) {
    const { status } = await client.call('GET', `/api/v1/media/${id}`);
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

const openSocket = async (ready: Ready): Promise<WebSocket> => {
  const socket = new WebSocket(ready.ws, { headers: { authorization: `Bearer ${ready.apiKey}` } });
  await once(socket, 'open');
  return socket;
};

/** A library of one page, and what the operations on it share. */
interface Shelf {
  readonly ready: Ready;
  readonly api: Client;
  /** Another number at each call, so that no two files are the same. */
  number(): number;
  /** A photo that was not sent yet. */
  photo(): Buffer;
  /** Calls the API; throws when it refuses. */
  call(method: string, path: string, json?: unknown): Promise<unknown>;
  /** The path of the next record; they come by turns. */
  record(): string;
  first(): string;
  readonly boats: string;
}

/** Fills the library: one page of records, each with a tag, and one person who listens. */
const fillShelf = async (ready: Ready): Promise<Shelf> => {
  const api = client(ready);
  const number = counter();
  const picture = await photo(1600, 1200, { seed: 7 });
  const another = (): Buffer => distinct(picture, number());
  const ids: string[] = [];
  for (let index = 0; index < PAGE; index += 1)
    ids.push(await send(api, `harbour-${index}.jpg`, 'image/jpeg', another()));
  for (const id of ids) await until(api, id);
  const [harbour, boats] = [await makeTag(api, 'Harbour'), await makeTag(api, 'Boats')];
  for (const id of ids) {
    const answer = await api.call('POST', `/api/v1/media/${id}/tags`, { json: { tagId: harbour } });
    succeed(answer, 201);
  }
  await openSocket(ready);
  const media = (index: number): string => `/api/v1/media/${ids[index]}`;
  const turn = counter();
  return {
    ready,
    api,
    boats,
    number,
    photo: another,
    call: async (method, path, json) => {
      const answer = await api.call(method, path, json === undefined ? {} : { json });
      if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}`);
      return answer.body;
    },
    record: () => media(turn() % PAGE),
    first: () => media(0),
  };
};

const counter = (): (() => number) => {
  let count = 0;
  return () => {
    count += 1;
    return count;
  };
};

const makeTag = async (api: Client, name: string): Promise<string> => {
  const answer = await api.call('POST', '/api/v1/media-tags', { json: { name } });
  succeed(answer, 201);
  return answer.body.data.id;
};

const uploads = async ({ api, number, photo: another }: Shelf): Promise<readonly LedgerOperation[]> => {
  const [pdf, film] = await Promise.all([fixture('document/report.pdf'), fixture('video/index-first.mp4')]);
  return [
    { name: 'upload a photo', run: () => send(api, `photo-${number()}.jpg`, 'image/jpeg', another()) },
    { name: 'upload a PDF', run: () => send(api, 'report.pdf', 'application/pdf', distinctPdf(pdf, number())) },
    { name: 'upload a film', run: () => send(api, 'film.mp4', 'video/mp4', distinctFilm(film, number())) },
  ];
};

const views = ({ ready, api, call, record, first }: Shelf): readonly LedgerOperation[] => {
  const page = (query: string) => call('GET', `/api/v1/media?limit=${PAGE}${query}`);
  return [
    { name: 'list a page of 20', run: () => page('') },
    { name: 'search a word', run: () => page('&search=harbour') },
    { name: 'list a tag', run: () => page('&tagSlugs=harbour') },
    { name: 'get a record', run: () => call('GET', record()) },
    {
      name: 'open a rendition',
      run: async () => {
        const { body } = await api.call('GET', first());
        await open(body.data.renditions.small.url, ready);
      },
    },
    {
      name: 'view a page of 20',
      run: async () => {
        const { data } = (await page('')) as { data: { data: { renditions: { small: { url: string } } }[] } };
        for (const each of data.data.slice(0, PAGE)) await open(each.renditions.small.url, ready);
      },
    },
  ];
};

const changes = ({ call, record, number, boats }: Shelf): readonly LedgerOperation[] => [
  { name: 'change a title', run: () => call('PATCH', record(), { title: `Title ${number()}` }) },
  { name: 'add a tag', run: () => call('POST', `${record()}/tags`, { tagId: boats }) },
];

/** Each takes a record of its own, which is uploaded before. */
const removals = ({ api, call, photo: another }: Shelf): readonly LedgerOperation[] => {
  let victim = '';
  const upload = async (): Promise<void> => {
    victim = await send(api, 'spare.jpg', 'image/jpeg', another());
    await until(api, victim);
  };
  const trash = () => call('DELETE', `/api/v1/media/${victim}`);
  const uploadAndTrash = async (): Promise<void> => {
    await upload();
    await trash();
  };
  return [
    { name: 'move to the trash', prepare: upload, run: trash },
    { name: 'restore', prepare: uploadAndTrash, run: () => call('POST', `/api/v1/media/${victim}/restore`, {}) },
    { name: 'delete for good', prepare: uploadAndTrash, run: () => call('DELETE', `/api/v1/trash/${victim}`) },
  ];
};

const sessions = ({ ready, call }: Shelf): readonly LedgerOperation[] => [
  {
    name: 'sign in',
    run: () => call('POST', '/api/v1/auth/login', { email: ready.email, password: ready.password }),
  },
  {
    name: 'connect and leave',
    run: async () => {
      const socket = await openSocket(ready);
      socket.close();
      await once(socket, 'close');
    },
  },
];

/** A library of one page whose records each have a tag, one person who listens, and what is done to it. */
export const ledgerOperations = async (ready: Ready): Promise<readonly LedgerOperation[]> => {
  const shelf = await fillShelf(ready);
  const ops = operator(ready);
  return [
    ...(await uploads(shelf)),
    ...views(shelf),
    ...changes(shelf),
    ...removals(shelf),
    ...sessions(shelf),
    { name: 'sweep with nothing to do', run: () => ops.invoke(ready.outputs.SweepFunctionName) },
  ];
};

/** Follows a rendition to its bytes, as a browser does. */
const open = async (url: string, { apiKey, http }: Ready): Promise<void> => {
  const headers = url.startsWith(http) || url.startsWith('/') ? { authorization: `Bearer ${apiKey}` } : {};
  const answer = await fetch(new URL(url, http), { headers, redirect: 'manual' });
  const target = answer.headers.get('location');
  const bytes = target === null ? answer : await fetch(target);
  if (!bytes.ok) throw new Error(`a rendition answered ${bytes.status}`);
  await bytes.arrayBuffer();
};

/** Another file of the same content: what follows the end of a PDF is passed over. */
const distinctPdf = (bytes: Buffer, number: number): Buffer => Buffer.concat([bytes, Buffer.from(`\n% ${number}\n`)]);

/** A box that players pass over makes another file of a film. */
const distinctFilm = (bytes: Buffer, number: number): Buffer => {
  const box = Buffer.alloc(12);
  box.writeUInt32BE(box.length);
  box.write('free', 4);
  box.writeUInt32BE(number, 8);
  return Buffer.concat([bytes, box]);
};
