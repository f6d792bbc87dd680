/** What the demo reads of a v1 media record. */
export interface Media {
  readonly id: string;
  readonly filename: string;
  readonly fileSize: number;
  readonly width: number | null;
  readonly height: number | null;
  readonly title: string | null;
  readonly status: string;
  readonly renditions: Readonly<
    Record<string, { readonly url: string; readonly width: number; readonly height: number }>
  >;
}

export interface UploadTicket {
  readonly id: string;
  readonly mediaId: string;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
  };
}

/** An answer that is no success, in the API's words. */
export class Refused extends Error {
  readonly status: number;
  constructor(call: string, status: number, message: string) {
    super(`${call}: ${status} ${message}`);
    this.name = 'Refused';
    this.status = status;
  }
}

export interface Api {
  /** Calls `/api/v1<path>` and answers the `data` of the envelope. Throws `Refused`. */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** The bytes behind an address of the library, redirects followed. */
  bytes(url: string): Promise<Buffer>;
}

/** A client of the HTTP API, with the owner's key. */
export const apiClient = (http: string, apiKey: string): Api => ({
  call: async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${http}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as { success?: boolean; data?: T; error?: string };
    if (!response.ok || answer.success !== true)
      throw new Refused(`${method} ${path}`, response.status, answer.error ?? '');
    return answer.data as T;
  },
  bytes: async (url) => {
    const response = await fetch(url);
    if (!response.ok) throw new Refused(`GET ${url}`, response.status, response.statusText);
    return Buffer.from(await response.arrayBuffer());
  },
});

/** Sends the bytes with exactly the request that was signed for them. */
export const putBytes = async ({ request }: UploadTicket, bytes: Buffer): Promise<void> => {
  const response = await fetch(request.url, {
    method: request.method,
    headers: request.headers,
    body: new Uint8Array(bytes),
  });
  if (!response.ok) throw new Refused('PUT', response.status, await response.text());
};
