import type { OpenPreview } from '../accounts/preview-tokens.ts';
import type { OpenCall } from '../domain/call.ts';
import { SIGNED_READ_SECONDS } from '../domain/ends-of-access.ts';
import { MediaError, notFound } from '../domain/errors.ts';
import type { MediaRecord, RenditionName } from '../domain/media.ts';
import { hasFile } from '../domain/media-file.ts';
import type { Clock, MediaStore } from '../domain/ports.ts';
import { previewTransform } from '../domain/preview.ts';
import { type Principal, scopesIn } from '../domain/principal.ts';
import type { TransformRequest } from '../domain/transform.ts';
import type { FileStore, ReadPermit } from '../files/file-store.ts';
import { callersOf } from '../http/cost.ts';
import type { RateLimiter } from '../http/rate-limit.ts';
import {
  type DrawnContentDeps,
  type FilePermit,
  isTransformed,
  renditionPermit,
  type Stranger,
  transformPermit,
} from './drawn-content.ts';
import { originalPermit } from './original-permit.ts';
import { type PublicPicture, publicPicture } from './public-picture.ts';

export interface GetContent {
  readonly id: string;
  readonly method: 'GET' | 'HEAD';
  readonly rendition?: RenditionName | undefined;
  readonly transform?: TransformRequest | undefined;
  /** Of a document, from 1. */
  readonly page?: number | undefined;
  /** The `Accept` header, which decides the format of a transform when the request names none. */
  readonly accept?: string | undefined;
  /** A script reads the answer; without it, a page shows it. */
  readonly readByScript?: boolean | undefined;
  /** A token for one preview, in place of the other fields here. */
  readonly preview?: string | undefined;
  /** The content disposition, if it is not the default of the type. */
  readonly disposition?: 'attachment' | undefined;
  /** `member` calls with credentials of the team; `address` calls the stable address, for which visibility decides. */
  readonly by: 'member' | 'address';
  /** The request came through the edge, for a caller who has these versions of the picture already. */
  readonly edge?: { readonly known: readonly string[] } | undefined;
  /** The address of the caller, by which callers without credentials and guests are counted. */
  readonly address: string;
}

export interface Located {
  readonly location: string;
  readonly cacheControl: string;
  /** The answer depends on the `Accept` header. */
  readonly negotiated: boolean;
}

export interface GetContentDeps extends DrawnContentDeps {
  readonly media: Pick<MediaStore, 'get' | 'refusal'>;
  readonly openPreview: OpenPreview;
  readonly signRead: (permit: ReadPermit, expiresIn: number) => string;
  readonly limit: RateLimiter;
  readonly clock: Clock;
  readonly files: DrawnContentDeps['files'] & Pick<FileStore, 'readRange'>;
}

/** The cost of a drawing for a stranger, in calls, by the time that it takes. An address has sixty a minute. */
const CALLS_A_DRAWING = 20;

/** A cached redirect must point to an address that still opens. */
const CACHED_REDIRECT_SECONDS = 60;

/** What the edge must not keep: the signed address of one caller, or an answer that credentials may have changed. */
const NOT_SHARED = 'private, no-store';

/**
 * An address of a record's bytes, or of one of its renditions, valid for the next minutes. Behind the edge, a public picture
 * itself, unless credentials came with the request.
 */
export const getContent =
  (deps: GetContentDeps) =>
  async (call: OpenCall<GetContent>): Promise<Located | PublicPicture> => {
    const found = await contentFor(deps, call);
    return 'etag' in found || !call.input.edge ? found : { ...found, cacheControl: NOT_SHARED };
  };

const contentFor = async (deps: GetContentDeps, call: OpenCall<GetContent>): Promise<Located | PublicPicture> => {
  const { preview, method, transform, rendition, readByScript = false, edge } = call.input;
  if (preview !== undefined) return previewContent(deps, call.input, preview);
  const record = await visibleRecord(deps, call);
  if (record.externalUrl !== null && !rendition && !transform) {
    return { location: headerSafe(record.externalUrl), cacheControl: 'no-store', negotiated: false };
  }
  const permit = await permitFor(deps, record, call);
  if (edge && record.visibility === 'public' && call.principal === undefined) {
    const size = rendition || transform ? undefined : record.fileSize;
    const picture = await publicPicture(deps, { permit, size, known: edge.known });
    if (picture) return picture;
  }
  return {
    location: deps.signRead({ ...permit, method, readByScript }, SIGNED_READ_SECONDS),
    cacheControl: cachingOf(record, call.principal !== undefined),
    negotiated: transform !== undefined && transform.format === undefined,
  };
};

/** The content of a preview token: one picture of one version of a file, until the token expires. */
const previewContent = async (
  deps: GetContentDeps,
  { id, method, address, readByScript = false }: GetContent,
  token: string,
): Promise<Located> => {
  const preview = await deps.openPreview(token);
  const record = await deps.media.get(id);
  if (!preview || preview.mediaId !== id || record?.state !== 'active') throw notFound();
  if (preview.fileVersion !== record.fileVersion) throw notFound();
  const { size, format } = preview;
  const asker = { isMember: true, accept: undefined, stranger: { holder: address } };
  const permit =
    format === undefined
      ? await renditionPermit(deps, record, size, undefined, { holder: address })
      : await transformPermit(deps, record, previewTransform(size, format), asker);
  const seconds = Math.floor((preview.expiresAt - deps.clock().getTime()) / 1000);
  const location = deps.signRead(
    { ...permit, method, readByScript },
    Math.max(1, Math.min(SIGNED_READ_SECONDS, seconds)),
  );
  return { location, cacheControl: 'no-store', negotiated: false };
};

/** An address as people write it may contain letters that are not allowed in a header. */
const headerSafe = (address: string): string => new URL(address).href;

const permitFor = (
  deps: GetContentDeps,
  record: MediaRecord,
  { input, principal }: OpenCall<GetContent>,
): Promise<FilePermit> | FilePermit => {
  const { rendition, transform, page, accept, disposition } = input;
  const isMember =
    principal?.guest !== true && principal?.teams.some(({ teamId }) => teamId === record.teamId) === true;
  const stranger = isMember ? undefined : strangerOf(deps, principal, input.address);
  if (rendition) return renditionPermit(deps, record, rendition, page, stranger);
  if (!transform) return originalPermit(record, disposition);
  if (record.fileVersion === null || !isTransformed(record)) {
    throw new MediaError('TYPE_NOT_ALLOWED', 'Only stored pictures, films and PDF documents can be transformed');
  }
  return transformPermit(deps, record, transform, { isMember, accept, stranger });
};

/** A caller from outside of the team; one who is signed in counts for themselves, wherever they are. */
const strangerOf = ({ limit }: GetContentDeps, principal: Principal | undefined, address: string): Stranger => {
  const callers = callersOf(principal, address);
  return {
    holder: callers.at(-1)?.id ?? address,
    admit: async () => {
      for (const caller of callers) {
        const status = await limit(caller, CALLS_A_DRAWING);
        if (status?.exceeded) throw new MediaError('RATE_LIMITED', 'Too many requests', { retryAfter: status.reset });
      }
    },
  };
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
  // An external file is no secret, but for strangers this address would redirect to any host that a record's maker chose.
  const open = input.by === 'address' && record.visibility !== 'private' && record.externalUrl === null;
  if (record.state !== 'active' || !hasFile(record) || !(open || mayRead(record.teamId))) throw notFound();
  return record;
};

/** An answer that credentials may have changed stays out of caches that others share. */
const cachingOf = ({ visibility }: MediaRecord, byCredential: boolean): string => {
  if (visibility === 'private') return 'no-store';
  return `${visibility === 'public' && !byCredential ? 'public' : 'private'}, max-age=${CACHED_REDIRECT_SECONDS}`;
};
