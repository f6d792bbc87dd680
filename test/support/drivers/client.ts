import { setTimeout as pause } from 'node:timers/promises';
import type { Ready } from './runtime.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
  readonly body: any;
}

export interface FileToUpload {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly declare?: Record<string, unknown>;
}

type Send = Omit<RequestInit, 'body'> & { readonly json?: unknown; readonly text?: string };

/** A client of the HTTP API, made only of `fetch`. */
export const client = (
  ready: Pick<Ready, 'http' | 'apiKey'>,
  credential: Record<string, string> = { authorization: `Bearer ${ready.apiKey}` },
) => {
  const call = async (method: string, path: string, { json, text, headers, ...init }: Send = {}): Promise<Answer> => {
    const body = text ?? (json === undefined ? undefined : JSON.stringify(json));
    const response = await fetch(path.startsWith('http') ? path : `${ready.http}${path}`, {
      redirect: 'manual',
      ...init,
      method,
      headers: {
        ...credential,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(headers as Record<string, string>),
      },
      ...(body === undefined ? {} : { body }),
    });
    const content = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && content !== '' ? JSON.parse(content) : content,
    };
  };

  const announce = ({ name, type, bytes, declare = {} }: FileToUpload) =>
    call('POST', '/api/v1/uploads', { json: { filename: name, fileSize: bytes.length, mimeType: type, ...declare } });

  const put = (
    request: { url: string; headers: Record<string, string> },
    bytes: Uint8Array,
    change: Record<string, string> = {},
  ) =>
    fetch(request.url, {
      method: 'PUT',
      headers: { ...request.headers, ...change },
      body: bytes as Uint8Array<ArrayBuffer>,
    });

  /** Polls until the upload has ended; answers its state. */
  const outcome = async (id: string, wait = 30_000): Promise<Answer['body']> => {
    for (const deadline = Date.now() + wait; ; await pause(25)) {
      const { body } = await call('GET', `/api/v1/uploads/${id}`);
      if (!['pending', 'processing'].includes(body.data.status)) return body.data;
      if (Date.now() > deadline) throw new Error(`upload ${id} is still ${body.data.status}`);
    }
  };

  /** The whole of an upload by presigned request. */
  const upload = async (file: FileToUpload): Promise<Answer['body']> => {
    const { body } = await announce(file);
    const stored = await put(body.data.request, file.bytes);
    if (stored.status !== 200) throw new Error(`PUT answered ${stored.status}: ${await stored.text()}`);
    return outcome(body.data.id);
  };

  return { call, announce, put, outcome, upload };
};

export type Client = ReturnType<typeof client>;
