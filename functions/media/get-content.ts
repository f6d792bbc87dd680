import type { OpenCall } from '../api/route.ts';
import { MediaError, notFound } from '../domain/errors.ts';
import { type MediaRecord, originalKey, type RenditionName, renditionKey } from '../domain/media.ts';
import { contentDisposition } from '../domain/names.ts';
import type { MediaStore } from '../domain/ports.ts';
import type { FileStore, ReadPermit } from '../stores/file-store.ts';

export interface GetContent {
  readonly id: string;
  readonly rendition?: RenditionName | undefined;
  /** `member` asks with credentials of the team; `address` asks by the stable address, which visibility decides. */
  readonly by: 'member' | 'address';
}

export interface Located {
  readonly location: string;
  readonly cacheControl: string;
}

export interface GetContentDeps {
  readonly media: Pick<MediaStore, 'get' | 'refusal'>;
  readonly files: Pick<FileStore, 'head' | 'read' | 'write'>;
  readonly signGet: (permit: ReadPermit, expiresIn: number) => Promise<string>;
  /** Draws a rendition that processing left for its first request. */
  readonly render: (original: NodeJS.ReadableStream, name: RenditionName) => Promise<Uint8Array>;
}

/** A signed address opens for at most five minutes; whoever follows the redirect later asks again. */
const SIGNED_SECONDS = 300;
/** A cached redirect must point to an address that still opens. */
const CACHED_REDIRECT_SECONDS = 60;
const YEAR = 31_536_000;

/** Types that a browser shows in place; everything else is downloaded, so that no upload becomes a page of ours. */
const SHOWN_INLINE = /^(image|video|audio)\/(?!svg)|^application\/pdf$|^text\/plain$/;

/** Where the bytes of a record, or of one of its renditions, can be fetched for the next minutes. */
export const getContent =
  (deps: GetContentDeps) =>
  async (call: OpenCall<GetContent>): Promise<Located> => {
    const record = await visibleRecord(deps, call);
    if (record.externalUrl !== null && !call.input.rendition) {
      return { location: record.externalUrl, cacheControl: cachingOf(record) };
    }
    const permit = call.input.rendition
      ? await renditionPermit(deps, record, call.input.rendition)
      : originalPermit(record);
    return { location: await deps.signGet(permit, SIGNED_SECONDS), cacheControl: cachingOf(record) };
  };

const visibleRecord = async (
  { media }: Pick<GetContentDeps, 'media'>,
  { input, principal }: OpenCall<GetContent>,
): Promise<MediaRecord> => {
  const record = await media.get(input.id);
  const isMember = (teamId: string): boolean => principal !== undefined && principal.teamId === teamId;
  if (!record) {
    const refusal = await media.refusal(input.id);
    if (refusal && isMember(refusal.teamId)) {
      throw new MediaError('CONTENT_UNAVAILABLE', `The file was refused: ${refusal.code}`);
    }
    throw notFound();
  }
  const open = input.by === 'address' && record.visibility !== 'private';
  const member = isMember(record.teamId) && principal?.scopes.has('media:read') === true;
  if (record.state !== 'active' || !(open || member)) throw notFound();
  return record;
};

const cachingOf = ({ visibility }: MediaRecord): string => {
  if (visibility === 'private') return 'no-store';
  return `${visibility}, max-age=${CACHED_REDIRECT_SECONDS}`.replace('shared', 'private');
};

const disposition = (mimeType: string, filename: string): string =>
  contentDisposition(SHOWN_INLINE.test(mimeType) ? 'inline' : 'attachment', filename);

const originalPermit = (record: MediaRecord): ReadPermit => {
  if (record.fileVersion === null) throw notFound();
  return {
    key: originalKey(record.teamId, record.id, record.fileVersion),
    contentType: record.mimeType,
    contentDisposition: disposition(record.mimeType, record.filename),
    cacheControl: `private, max-age=${YEAR}, immutable`,
  };
};

const renditionPermit = async (
  { files, render }: GetContentDeps,
  record: MediaRecord,
  name: RenditionName,
): Promise<ReadPermit> => {
  if (record.fileVersion === null || !record.renditions[name]) {
    throw new MediaError('NOT_FOUND', `No ${name} rendition of this file`);
  }
  const key = renditionKey(record.teamId, record.id, record.fileVersion, name);
  if (!(await files.head(key))) {
    const original = await files.read(originalKey(record.teamId, record.id, record.fileVersion));
    if (!original) throw new MediaError('CONTENT_UNAVAILABLE', 'The file is missing');
    await files.write(key, await render(original, name), 'image/webp');
  }
  const stem = record.filename.replace(/\.[^.]*$/, '');
  return {
    key,
    contentType: 'image/webp',
    contentDisposition: contentDisposition('inline', `${stem}-${name}.webp`),
    cacheControl: `private, max-age=${YEAR}, immutable`,
  };
};
