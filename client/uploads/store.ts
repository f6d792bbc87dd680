import type { Answer, Body, Call } from '../api.ts';
import { MediashelfError } from '../errors.ts';
import type { RetryPolicy } from '../retry.ts';
import type { Source } from '../source.ts';
import type { Expected } from './outcome.ts';
import { type PartEvent, sendParts } from './parts.ts';
import { putRange } from './put.ts';
import { isStateOf, type Layout, type UploadState } from './state.ts';

/** Up to this size a file is hashed before it is announced, by default: the storage then checks it on arrival. */
const HASHED_UNASKED = 64 * 2 ** 20;
/** Beyond this the server takes no SHA-256 of a whole file. */
const LARGEST_HASHED = 6 * 2 ** 30;

export interface Progress {
  readonly phase: 'hashing' | 'sending' | 'verifying';
  /** Finished bytes of this phase. */
  readonly bytes: number;
  readonly totalBytes: number;
}

type Announced = Body<'POST /api/v1/uploads'>;

export interface StoreOptions {
  /** The fields of the record: title, alt, tags, visibility and all others of the route. */
  readonly fields?: Omit<Announced, 'filename' | 'fileSize' | 'mimeType' | 'sha256'> | undefined;
  /** SHA-256 of the whole file, when it is known already. */
  readonly sha256?: string | undefined;
  /** Hashes the whole file first, so that the server can detect known content and damaged bytes. */
  readonly hash?: boolean | undefined;
  /** `skip` sends nothing that the team has already; needs the hash. */
  readonly duplicates?: 'send' | 'skip' | undefined;
  /** Whether each part is sent with its SHA-256. */
  readonly checksums?: boolean | undefined;
  /** Parts of the file that are sent at the same time. */
  readonly concurrency?: number | undefined;
  /** The state of a started upload of this file. */
  readonly resume?: UploadState | undefined;
  /** Called once there is a state to resume. */
  readonly onState?: ((state: UploadState) => void | Promise<void>) | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly onPart?: ((part: PartEvent) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The state of a file whose bytes need no more work of the client. */
export interface Stored {
  /**
   * `duplicate`: nothing was sent, and `mediaId` is the record that has the content; `active`: nothing was sent, and a new
   * record shares the content of another (`onDuplicate: 'reuse'`).
   */
  readonly status: 'stored' | 'duplicate' | 'active';
  readonly uploadId: string | null;
  readonly mediaId: string;
}

export interface StoreDeps {
  readonly call: Call;
  readonly policy: RetryPolicy;
  /** Called with the upload before its bytes are sent. */
  readonly expect: (upload: Expected) => void;
}

interface Begun {
  readonly state: UploadState;
  readonly request?: Answer<'POST /api/v1/uploads'>['request'];
}

const isOver = (begun: Begun | Stored): begun is Stored => 'status' in begun;

/** Uploads the bytes of a file: hashes, announces, sends in one request or in parts, and resumes. */
export const storeFile = async (source: Source, options: StoreOptions, deps: StoreDeps): Promise<Stored> => {
  const signal = options.signal ?? new AbortController().signal;
  const former = await resumed(source, options, deps, signal);
  const begun = former ?? (await begin(source, options, deps, signal));
  if (isOver(begun)) return begun;
  const { state, request } = begun;
  const { uploadId, mediaId } = state;
  deps.expect({ uploadId, mediaId, isNew: !former && options.fields?.replaces === undefined });
  await options.onState?.(state);
  const onBytes = (bytes: number): void =>
    options.onProgress?.({ phase: 'sending', bytes, totalBytes: state.fileSize });
  const { layout } = state;
  const { concurrency = 4, onPart } = options;
  if (layout) {
    const inParts = { ...state, layout };
    await sendParts({ ...deps, source, state: inParts, isNew: !former, concurrency, signal, onBytes, onPart });
  } else await sendWhole(source, { state, request }, deps, { signal, onSent: onBytes });
  return { status: 'stored', uploadId, mediaId };
};

/** The rest of a started upload; undefined when it has to begin anew. */
const resumed = async (
  source: Source,
  { resume: state }: StoreOptions,
  { call }: StoreDeps,
  signal: AbortSignal,
): Promise<Begun | Stored | undefined> => {
  if (!state || !isStateOf(state, source)) return undefined;
  try {
    const { status } = await call('GET /api/v1/uploads/{id}', { path: { id: state.uploadId }, signal });
    if (status === 'pending') return { state };
    if (status === 'expired' || status === 'deleted') return undefined;
    return { status: 'stored', uploadId: state.uploadId, mediaId: state.mediaId };
  } catch (error) {
    if (error instanceof MediashelfError && error.status === 404) return undefined;
    throw error;
  }
};

const begin = async (
  source: Source,
  options: StoreOptions,
  { call }: StoreDeps,
  signal: AbortSignal,
): Promise<Begun | Stored> => {
  const { name: filename, size: fileSize, type: mimeType } = source;
  const sha256 = options.sha256 ?? (await hashOf(source, options, signal));
  const body = { ...options.fields, filename, fileSize, mimeType, ...(sha256 === undefined ? {} : { sha256 }) };
  const ticket = await call('POST /api/v1/uploads', { body, signal });
  const { id: uploadId, mediaId, duplicateOf, multipart, request } = ticket;
  const checksums = options.checksums ?? true;
  const layout: Layout | null = multipart ?? null;
  const state = { version: 1, filename, fileSize, mimeType, modified: source.modified, layout, checksums } as const;
  if (duplicateOf !== null && options.duplicates === 'skip') {
    await call('DELETE /api/v1/uploads/{id}', { path: { id: uploadId }, signal });
    return { status: 'duplicate', uploadId: null, mediaId: duplicateOf };
  }
  if (ticket.status === 'active') return { status: 'active', uploadId, mediaId };
  return { state: { ...state, uploadId, mediaId }, request };
};

const hashOf = async (
  source: Source,
  { hash, onProgress }: StoreOptions,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const { size } = source;
  if (size > LARGEST_HASHED || !(hash ?? size <= HASHED_UNASKED)) return undefined;
  const onRead = (bytes: number): void => onProgress?.({ phase: 'hashing', bytes, totalBytes: size });
  return source.sha256({ start: 0, end: size }, { signal, onRead });
};

const sendWhole = async (
  source: Source,
  { state, request: first }: Begun,
  { call, policy }: StoreDeps,
  options: { signal: AbortSignal; onSent: (bytes: number) => void },
): Promise<void> => {
  const path = { id: state.uploadId };
  const signed = async () => {
    const { request } = await call('POST /api/v1/uploads/{id}/sign', { path, signal: options.signal });
    if (!request) throw new MediashelfError('UNEXPECTED', 'The upload was not signed');
    return request;
  };
  const deps = {
    source,
    policy,
    sign: async (again: boolean) => (again || !first ? signed() : first),
    hasArrived: async () => {
      const { status } = await call('GET /api/v1/uploads/{id}', { path, signal: options.signal });
      return status !== 'pending';
    },
  };
  await putRange({ start: 0, end: state.fileSize }, deps, options);
};
