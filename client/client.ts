import { type Api, type Call, openApi } from './api.ts';
import { type CredentialOptions, type LoggedIn, openSession } from './credentials.ts';
import { openRealtime, type Realtime, type RealtimeOptions } from './realtime/realtime.ts';
import { PATIENT, type RetryPolicy } from './retry.ts';
import type { Source } from './source.ts';
import { type Outcome, openOutcomes } from './uploads/outcome.ts';
import { type Stored, type StoreOptions, storeFile } from './uploads/store.ts';

export interface ClientOptions extends CredentialOptions {
  /** The address of the HTTP API: `https://media.example.com`. */
  readonly url: string;
  /** The address of the WebSocket API; by default `/ws` of the HTTP API. */
  readonly realtimeUrl?: string | undefined;
  /** The team that is worked in, in place of the default team. */
  readonly team?: string | undefined;
  /** How long a call without an answer is repeated. */
  readonly retry?: Partial<RetryPolicy> | undefined;
  readonly fetch?: typeof fetch | undefined;
  readonly newSocket?: ((address: string) => WebSocket) | undefined;
}

/** A file as a browser or Node has it, or a custom source. */
export type FileLike = Blob | Source;

export interface Mediashelf {
  /** Signs in with a password; `onTokens` gets the tokens to store. */
  login(email: string, password: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<LoggedIn>;
  /** Calls any route by its name: `call('GET /api/v1/media', { query: { limit: 5 } })`. */
  readonly call: Call;
  /** The bytes of a record, or of one of its renditions. */
  content(mediaId: string, options?: ContentOptions): Promise<Response>;
  /** Uploads a file and waits until it was verified. */
  upload(file: FileLike, options?: StoreOptions): Promise<Outcome>;
  /** Uploads a file; resolves as soon as its bytes are stored. */
  store(file: FileLike, options?: StoreOptions): Promise<Stored>;
  /** Waits until a stored file was verified. */
  outcome(stored: Stored, options?: { readonly signal?: AbortSignal }): Promise<Outcome>;
  /** Opens the realtime API. While it is open, outcomes of uploads arrive as events, without polling. */
  realtime(options?: RealtimeOptions): Realtime;
}

export interface ContentOptions {
  readonly rendition?: 'small' | 'medium' | 'large' | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The functions of a platform. */
export interface Platform {
  readonly sourceOf: (blob: Blob, name: string) => Source;
}

const nameOf = (blob: Blob): string => (blob as Partial<File>).name ?? 'file';

const contentOf = ({ request }: Api, mediaId: string, { rendition, signal }: ContentOptions): Promise<Response> =>
  request('GET', '/api/v1/media/{id}/content', { path: { id: mediaId }, query: { rendition }, signal });

/** Joins the parts of the client on one platform. */
export const openClient = (
  { url: given, realtimeUrl, team, retry, newSocket = (address) => new WebSocket(address), ...options }: ClientOptions,
  { sourceOf }: Platform,
): Mediashelf => {
  const url = given.replace(/\/+$/, '');
  // In a browser, `fetch` only works as a method of its window.
  const fetch: typeof globalThis.fetch = options.fetch ?? ((...parameters) => globalThis.fetch(...parameters));
  const policy = { ...PATIENT, ...retry };
  const session = openSession(url, options, policy, fetch);
  const api = openApi({ url, team, credentials: session, policy, fetch });
  const { call } = api;
  let live: Realtime | undefined;
  const outcomes = openOutcomes(call, { isOpen: () => live?.isOpen() ?? false });
  const deps = { call, policy, expect: outcomes.expect };
  const store: Mediashelf['store'] = (file, storeOptions = {}) =>
    storeFile(file instanceof Blob ? sourceOf(file, nameOf(file)) : file, storeOptions, deps);

  return {
    login: session.login,
    call,
    content: (mediaId, contentOptions = {}) => contentOf(api, mediaId, contentOptions),
    store,
    outcome: (stored, { signal } = {}) => outcomes.wait(stored, signal),
    upload: async (file, storeOptions = {}) => {
      const stored = await store(file, storeOptions);
      const totalBytes = file.size;
      storeOptions.onProgress?.({ phase: 'verifying', bytes: 0, totalBytes });
      return outcomes.wait(stored, storeOptions.signal);
    },
    realtime: (realtimeOptions) => {
      const wsUrl = realtimeUrl ?? `${url.replace(/^http/, 'ws')}/ws`;
      const opened = openRealtime({ call, url: wsUrl, team, policy, newSocket }, realtimeOptions);
      opened.on('media.created', ({ data }) => outcomes.changed(data.id, true));
      opened.on('media.updated', ({ data }) => outcomes.changed(data.id, false));
      opened.on('media.tagged', ({ data }) => outcomes.changed(data.id, false));
      opened.on('upload.failed', ({ data }) => outcomes.failed(data));
      live = opened;
      return opened;
    },
  };
};
