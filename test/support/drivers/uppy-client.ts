import type { Answer, Client } from './client.ts';

/** A file in a form, as it is signed by `GET .../s3/params`. */
export interface FormAnswer {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Sends a form as Uppy does: the fields, and the file at last. */
export const sendForm = (
  { url, fields }: FormAnswer,
  bytes: Uint8Array,
  change: Readonly<Record<string, string | undefined>> = {},
): Promise<Response> => {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, ...change })) {
    if (value !== undefined) form.set(name, value);
  }
  form.set('file', new Blob([bytes as Uint8Array<ArrayBuffer>]));
  return fetch(url, { method: 'POST', body: form });
};

/** The session that a key names. */
export const sessionOf = (key: string): string => key.split('/').at(-1) ?? '';
export const mediaOf = (key: string): string => key.split('/').at(-2) ?? '';

type Metadata = Readonly<Record<string, unknown>>;
export interface Announced {
  readonly filename: string;
  readonly type: string;
  readonly metadata?: Metadata;
}

/** The calls of Uppy to a server, at one of the two addresses. */
export const uppyClient = ({ call }: Pick<Client, 'call'>, endpoint: string) => {
  const at = (uploadId: string, key: string, step = '', more = ''): string =>
    `${endpoint}/s3/multipart/${encodeURIComponent(uploadId)}${step}?${new URLSearchParams({ key })}${more}`;
  return {
    params: ({ filename, type, metadata = {} }: Announced): Promise<Answer> => {
      const said = Object.entries(metadata).map(([name, value]) => [`metadata[${name}]`, String(value)] as const);
      const query = new URLSearchParams({ filename, type, ...Object.fromEntries(said) });
      return call('GET', `${endpoint}/s3/params?${query}`);
    },
    begin: (json: Announced): Promise<Answer> => call('POST', `${endpoint}/s3/multipart`, { json }),
    list: (uploadId: string, key: string): Promise<Answer> => call('GET', at(uploadId, key)),
    sign: (uploadId: string, key: string, part: number | string): Promise<Answer> =>
      call('GET', at(uploadId, key, `/${part}`)),
    batch: (uploadId: string, key: string, partNumbers: string): Promise<Answer> =>
      call('GET', at(uploadId, key, '/batch', `&partNumbers=${partNumbers}`)),
    complete: (uploadId: string, key: string, parts: unknown): Promise<Answer> =>
      call('POST', at(uploadId, key, '/complete'), { json: { parts } }),
    abort: (uploadId: string, key: string): Promise<Answer> => call('DELETE', at(uploadId, key)),
  };
};

export type UppyClient = ReturnType<typeof uppyClient>;
