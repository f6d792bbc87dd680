import type { Answer, Client } from './client.ts';
import { client } from './client.ts';
import { formOf, sendForm } from './form.ts';
import type { Ready } from './runtime.ts';

/** A record of any of the five APIs, in one form. */
export interface Seen {
  readonly id: string;
  readonly name: string;
}

/** Operations on records, in one API; ids are those of the library. */
export interface DialectClient {
  readonly upload: (name: string, jpeg: Buffer) => Promise<Answer | { status: number; body: unknown }>;
  readonly list: () => Promise<readonly Seen[]>;
  /** The status of reading one record, by the API's own route. */
  readonly get: (id: string) => Promise<number>;
  /** Absent where an API edits nothing. Answers the status. */
  readonly edit?: (id: string, title: string) => Promise<number>;
  readonly remove: (id: string) => Promise<number>;
}

interface Row {
  readonly id: number;
  readonly name: string;
  readonly path: string;
}
interface Named {
  readonly id: string;
  readonly name?: string;
  readonly filename?: string;
}

const seen = ({ id, name, filename }: Named): Seen => ({ id, name: name ?? filename ?? '' });
const statusOf = async (answer: Promise<Answer>): Promise<number> => (await answer).status;

/** One client for each API, all of them the same person. */
export const dialectClients = async (ready: Ready) => {
  const bearer = { authorization: `Bearer ${ready.apiKey}` };
  const api = client(ready);
  const login = await client(ready, {}).call('POST', '/api/v1/auth/login', {
    json: { email: ready.email, password: ready.password },
  });
  const cookie = login.headers.getSetCookie().find((each) => each.startsWith('refreshToken='));
  const admin = client(ready, { cookie: cookie?.split(';', 1)[0] ?? '' });

  const form = (path: string, field: string) => (name: string, jpeg: Buffer) =>
    sendForm(ready, path, formOf([{ field, name, type: 'image/jpeg', bytes: jpeg }]), bearer);
  const items = async (path: string, of: (body: Answer['body']) => readonly Named[]): Promise<readonly Seen[]> =>
    of((await api.call('GET', path)).body).map(seen);

  const v1: DialectClient = {
    upload: form('/api/v1/media/upload', 'files'),
    list: () => items('/api/v1/media?limit=100', (body) => body.data.data),
    get: (id) => statusOf(api.call('GET', `/api/v1/media/${id}`)),
    edit: (id, title) => statusOf(api.call('PATCH', `/api/v1/media/${id}`, { json: { title } })),
    remove: (id) => statusOf(api.call('DELETE', `/api/v1/media/${id}`)),
  };
  const tokens: DialectClient = {
    upload: form('/api/media', 'file'),
    list: () => items('/api/media?page_size=100', (body) => body.data),
    get: (id) => statusOf(api.call('GET', `/api/media/${id}`)),
    remove: (id) => statusOf(api.call('DELETE', `/api/media/${id}`)),
  };
  const files: DialectClient = {
    upload: form('/v1/media/upload', 'file'),
    list: () => items('/v1/media/files?limit=100', (body) => body.data),
    get: (id) => statusOf(api.call('GET', `/v1/media/files/${id}`)),
    edit: (id, description) => statusOf(api.call('PATCH', `/v1/media/files/${id}`, { json: { description } })),
    remove: (id) => statusOf(api.call('DELETE', `/v1/media/files/${id}`)),
  };
  const base: DialectClient = {
    upload: form('/base/api/media', 'file'),
    list: () => items('/base/api/media?limit=100', (body) => body.items),
    get: (id) => statusOf(api.call('GET', `/base/api/media/${id}`)),
    edit: (id, title) => statusOf(api.call('PUT', `/base/api/media/${id}`, { json: { title } })),
    remove: (id) => statusOf(api.call('DELETE', `/base/api/media/${id}`)),
  };
  return { v1, tokens, files, admin: adminClient(admin, ready), base, api, byCookie: admin };
};

/** This API identifies records by number, and shows one only by the path of its content. */
const adminClient = (admin: Client, ready: Ready): DialectClient => {
  const rows = async (): Promise<readonly Row[]> => (await admin.call('GET', '/media')).body.media;
  const idIn = ({ path }: Row): string => path.split('/')[2] ?? '';
  const rowOf = async (id: string): Promise<Row | undefined> => (await rows()).find((row) => idIn(row) === id);
  const numberOf = async (id: string): Promise<number> => (await rowOf(id))?.id ?? 0;
  return {
    upload: (name, jpeg) =>
      admin.call('POST', '/media/add', { json: { name, tags: [], image: jpeg.toString('base64') } }),
    list: async () => (await rows()).map((row) => ({ id: idIn(row), name: row.name })),
    get: async (id) => {
      const row = await rowOf(id);
      return row ? (await fetch(`${ready.http}${row.path}`)).status : 404;
    },
    edit: async (id, name) =>
      statusOf(admin.call('POST', `/media/edit/${await numberOf(id)}`, { json: { name, tags: [] } })),
    remove: async (id) => statusOf(admin.call('DELETE', `/media/delete/${await numberOf(id)}`)),
  };
};
