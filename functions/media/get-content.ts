import type { OpenCall } from '../api/route.ts';
import { MediaError, notFound } from '../domain/errors.ts';
import {
  type MediaKind,
  type MediaRecord,
  originalKey,
  pageRenditionKey,
  placeOf,
  type RenditionName,
  renditionKey,
  transformKey,
} from '../domain/media.ts';
import { hasFile } from '../domain/media-file.ts';
import { namedAfterType } from '../domain/media-types.ts';
import { contentDisposition } from '../domain/names.ts';
import type { MediaStore } from '../domain/ports.ts';
import { scopesIn } from '../domain/principal.ts';
import {
  type ResultFormat,
  resolveTransform,
  type Transform,
  type TransformRequest,
  transformName,
} from '../domain/transform.ts';
import { type ByteSource, storedSource } from '../formats/byte-source.ts';
import type { FileStore, ReadPermit } from '../stores/file-store.ts';
import type { DrawOnce } from './draw-once.ts';

export interface GetContent {
  readonly id: string;
  readonly method: 'GET' | 'HEAD';
  readonly rendition?: RenditionName | undefined;
  readonly transform?: TransformRequest | undefined;
  /** Of a document, from 1. */
  readonly page?: number | undefined;
  /** The `Accept` header, from which the format of a transform follows when the request names none. */
  readonly accept?: string | undefined;
  /** A script reads the answer; without it, a page shows it. */
  readonly readByScript?: boolean | undefined;
  /** How the file is to be taken, where that is not as its type has it. */
  readonly disposition?: 'attachment' | undefined;
  /** `member` asks with credentials of the team; `address` asks by the stable address, which visibility decides. */
  readonly by: 'member' | 'address';
}

export interface Located {
  readonly location: string;
  readonly cacheControl: string;
  /** The answer depends on the `Accept` header. */
  readonly negotiated: boolean;
}

export interface GetContentDeps {
  readonly media: Pick<MediaStore, 'get' | 'refusal'>;
  readonly files: Pick<FileStore, 'head' | 'readRange'>;
  readonly drawOnce: DrawOnce;
  readonly signRead: (permit: ReadPermit, expiresIn: number) => Promise<string>;
  /** Draws a rendition that processing left for its first request. */
  readonly render: (original: Original, name: RenditionName) => Promise<Uint8Array>;
  readonly renderTransform: (original: Original, transform: Transform) => Promise<Uint8Array>;
}

/** A verified file, of which a page may be meant. */
export interface Original {
  readonly source: ByteSource;
  readonly mimeType: string;
  readonly page: number;
}

type FilePermit = Omit<ReadPermit, 'method' | 'readByScript'>;

/** A signed address opens for at most five minutes; whoever follows the redirect later asks again. */
const SIGNED_SECONDS = 300;
/** A cached redirect must point to an address that still opens. */
const CACHED_REDIRECT_SECONDS = 60;
const IMMUTABLE = 'private, max-age=31536000, immutable';

/** Types that a browser shows in place; everything else is downloaded, so that no upload becomes a page of ours. */
const SHOWN_INLINE = /^(image|video|audio)\/(?!svg)|^application\/pdf$|^text\/plain$/;

/** Where the bytes of a record, or of one of its renditions, can be fetched for the next minutes. */
export const getContent =
  (deps: GetContentDeps) =>
  async (call: OpenCall<GetContent>): Promise<Located> => {
    const record = await visibleRecord(deps, call);
    const { rendition, transform } = call.input;
    if (record.externalUrl !== null && !rendition && !transform) {
      return { location: headerSafe(record.externalUrl), cacheControl: 'no-store', negotiated: false };
    }
    const cacheControl = cachingOf(record, call.principal !== undefined);
    const { method, readByScript = false } = call.input;
    const permit = { ...(await permitFor(deps, record, call)), method, readByScript };
    const negotiated = transform !== undefined && transform.format === undefined;
    return { location: await deps.signRead(permit, SIGNED_SECONDS), cacheControl, negotiated };
  };

/** An address as people write it may hold letters that no header can carry. */
const headerSafe = (address: string): string => new URL(address).href;

const permitFor = (
  deps: GetContentDeps,
  record: MediaRecord,
  call: OpenCall<GetContent>,
): Promise<FilePermit> | FilePermit => {
  if (call.input.rendition) return renditionPermit(deps, record, call.input.rendition, call.input.page);
  if (call.input.transform) return transformPermit(deps, record, call.input.transform, call);
  return originalPermit(record, call.input.disposition);
};

const visibleRecord = async (
  { media }: Pick<GetContentDeps, 'media'>,
  { input, principal }: OpenCall<GetContent>,
): Promise<MediaRecord> => {
  const record = await media.get(input.id);
  const mayRead = (teamId: string): boolean => principal !== undefined && scopesIn(principal, teamId).has('media:read');
  if (!record) {
    const refusal = await media.refusal(input.id);
    if (refusal && mayRead(refusal.teamId)) {
      throw new MediaError('CONTENT_UNAVAILABLE', `The file was refused: ${refusal.code}`);
    }
    throw notFound();
  }
  // A file elsewhere is no secret, but for strangers this address would lead wherever a record's maker says.
  const open = input.by === 'address' && record.visibility !== 'private' && record.externalUrl === null;
  if (record.state !== 'active' || !hasFile(record) || !(open || mayRead(record.teamId))) throw notFound();
  return record;
};

/** An answer that credentials may have changed stays out of caches that others share. */
const cachingOf = ({ visibility }: MediaRecord, byCredential: boolean): string => {
  if (visibility === 'private') return 'no-store';
  return `${visibility === 'public' && !byCredential ? 'public' : 'private'}, max-age=${CACHED_REDIRECT_SECONDS}`;
};

const originalPermit = (record: MediaRecord, asked: GetContent['disposition']): FilePermit => {
  const place = placeOf(record);
  if (!place) throw notFound();
  return {
    key: originalKey(record.teamId, place.mediaId, place.fileVersion),
    contentType: record.mimeType,
    contentDisposition: contentDisposition(
      asked ?? (SHOWN_INLINE.test(record.mimeType) ? 'inline' : 'attachment'),
      namedAfterType(record.filename, record.mimeType),
    ),
    cacheControl: IMMUTABLE,
  };
};

const stemOf = (filename: string): string => filename.replace(/\.[^.]*$/, '');

const originalOf = async ({ files }: GetContentDeps, record: MediaRecord, page: number): Promise<Original> => {
  const place = placeOf(record);
  const key = place ? originalKey(record.teamId, place.mediaId, place.fileVersion) : '';
  const stored = place && (await files.head(key));
  if (!stored) throw new MediaError('CONTENT_UNAVAILABLE', 'The file is missing');
  return { source: storedSource(files, key, stored.size), mimeType: record.mimeType, page };
};

const PDF = 'application/pdf';

const pageOf = ({ mimeType }: MediaRecord, page: number | undefined): number => {
  if (page !== undefined && mimeType !== PDF) throw new MediaError('VALIDATION', 'Only a PDF has pages to ask for');
  return page ?? 1;
};

const renditionPermit = async (
  deps: GetContentDeps,
  record: MediaRecord,
  name: RenditionName,
  asked: number | undefined,
): Promise<FilePermit> => {
  const at = placeOf(record);
  if (!at || !record.renditions[name]) {
    throw new MediaError('NOT_FOUND', `No ${name} rendition of this file`);
  }
  const page = pageOf(record, asked);
  const place = [record.teamId, at.mediaId, at.fileVersion, name] as const;
  const key = page === 1 ? renditionKey(...place) : pageRenditionKey(...place, page);
  await deps.drawOnce(key, 'image/webp', async () => deps.render(await originalOf(deps, record, page), name));
  return {
    key,
    contentType: 'image/webp',
    contentDisposition: contentDisposition('inline', `${stemOf(record.filename)}-${name}.webp`),
    cacheControl: IMMUTABLE,
  };
};

/** Kinds whose picture can be had in other sizes; a card looks the same in all. */
const TRANSFORMED: ReadonlySet<MediaKind> = new Set(['image', 'video']);

const EXTENSION: Readonly<Record<ResultFormat, string>> = { avif: 'avif', webp: 'webp', jpeg: 'jpg', png: 'png' };

const transformPermit = async (
  deps: GetContentDeps,
  record: MediaRecord,
  request: TransformRequest,
  { input, principal }: OpenCall<GetContent>,
): Promise<FilePermit> => {
  const { focalX, focalY } = record;
  const place = placeOf(record);
  if (!place || !(TRANSFORMED.has(record.kind) || record.mimeType === PDF)) {
    throw new MediaError('TYPE_NOT_ALLOWED', 'Only stored pictures, films and PDF documents can be transformed');
  }
  const page = pageOf(record, request.page);
  const isMember = principal?.teams.some(({ teamId }) => teamId === record.teamId) === true;
  const transform = resolveTransform(request, { focalX, focalY }, { isMember, accept: input.accept });
  const key = transformKey(record.teamId, place.mediaId, place.fileVersion, transformName(transform));
  const contentType = `image/${transform.format}`;
  await deps.drawOnce(key, contentType, async () =>
    deps.renderTransform(await originalOf(deps, record, page), transform),
  );
  return {
    key,
    contentType,
    contentDisposition: contentDisposition('inline', `${stemOf(record.filename)}.${EXTENSION[transform.format]}`),
    cacheControl: IMMUTABLE,
  };
};
