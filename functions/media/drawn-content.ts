import { MediaError, notFound } from '../domain/errors.ts';
import {
  type DrawnFor,
  drawnPrefix,
  type MediaKind,
  type MediaRecord,
  type ObjectRef,
  objectRefOf,
  originalKey,
  type RenditionName,
  renditionKey,
  STORED_RENDITIONS,
} from '../domain/media.ts';
import { contentDisposition } from '../domain/names.ts';
import { isPlain, resolveTransform } from '../domain/resolve-transform.ts';
import { shareOf } from '../domain/shares.ts';
import { type ResultFormat, type TransformRequest, transformName } from '../domain/transform.ts';
import type { FileStore, ReadPermit } from '../files/file-store.ts';
import type { Drawing, DrawOnce } from './draw-once.ts';
import type { DrawingOrder } from './drawing-order.ts';
import type { IsOpaque } from './opacity.ts';
import type { OrderDrawing } from './order-drawing.ts';

/** The permission to read an object, under a name; the caller chooses the method. */
export type FilePermit = Omit<ReadPermit, 'method' | 'readByScript'>;

/** The object of a key never changes. */
export const IMMUTABLE = 'private, max-age=31536000, immutable';

export interface DrawnContentDeps {
  readonly files: Pick<FileStore, 'head'>;
  readonly drawOnce: DrawOnce;
  readonly isOpaque: IsOpaque;
  readonly orderDrawing: OrderDrawing;
}

/**
 * Results of one version of a file that are kept at a time. Callers outside of the team have few, drawn one after another;
 * plain results are only bounded by their own number, so a full folder hides no whole picture.
 */
export const MOST_DRAWN = { strangers: 200, members: 1000, pages: 1000 } as const;
/**
 * Of these, results that are drawn for one caller from outside within ten minutes, and for all of them: half of the pages, so
 * that members always find room. For members themselves there is no such bound.
 */
const OF_STRANGERS = {
  strangers: { ofHolder: 40, ofAll: 200 },
  members: { ofHolder: 40, ofAll: 200 },
  pages: { ofHolder: 100, ofAll: 500 },
} as const;

const PDF = 'application/pdf';

const stemOf = (filename: string): string => filename.replace(/\.[^.]*$/, '');

const originalOf = async (
  { files }: DrawnContentDeps,
  { teamId, mimeType }: MediaRecord,
  { mediaId, fileVersion }: ObjectRef,
  page: number,
): Promise<DrawingOrder['original']> => {
  const key = originalKey(teamId, mediaId, fileVersion);
  const stored = await files.head(key);
  if (!stored) throw new MediaError('CONTENT_UNAVAILABLE', 'The file is missing');
  return { key, size: stored.size, mimeType, page };
};

const pageOf = ({ mimeType, pages }: MediaRecord, page = 1): number => {
  if (page > 1 && mimeType !== PDF) throw new MediaError('VALIDATION', 'Only a PDF has pages to ask for');
  if (pages && page > pages) throw new MediaError('VALIDATION', `The document has no page ${page}`);
  return page;
};

/** A caller from outside of the team, who takes no drawing place of its members. */
export interface Stranger {
  /** For whom the places of the caller count: a person, or an address for guests and callers without credentials. */
  readonly holder: string;
  /** Absent for the holder of a token for one picture, which is drawn once. */
  readonly admit?: Drawing['admit'];
}

/** The location of a result, and how many others share it. */
const shelf = (record: MediaRecord, { mediaId, fileVersion }: ObjectRef, drawnFor: DrawnFor, name: string) => {
  const prefix = drawnPrefix(record.teamId, mediaId, fileVersion, drawnFor);
  const folder =
    drawnFor === 'plain'
      ? undefined
      : {
          prefix,
          most: MOST_DRAWN[drawnFor],
          oneAtATime: drawnFor === 'strangers',
          ofStrangers: OF_STRANGERS[drawnFor],
        };
  return { key: `${prefix}${name}`, isTemporary: true, folder, share: shareOf(record.teamId) };
};

const askedBy = (stranger: Stranger | undefined): Pick<Drawing, 'stranger' | 'admit'> => ({
  stranger: stranger?.holder,
  admit: stranger?.admit,
});

/** A rendition of the record, or of a later page of its document; drawn now if it does not exist. */
export const renditionPermit = async (
  deps: DrawnContentDeps,
  record: MediaRecord,
  name: RenditionName,
  asked: number | undefined,
  stranger?: Stranger,
): Promise<FilePermit> => {
  const place = objectRefOf(record);
  if (!place || !record.renditions[name]) throw new MediaError('NOT_FOUND', `No ${name} rendition of this file`);
  if (asked !== undefined && record.mimeType !== PDF) {
    throw new MediaError('VALIDATION', 'Only a PDF has pages to ask for');
  }
  const page = pageOf(record, asked);
  const { mediaId, fileVersion } = place;
  const contentType = 'image/webp';
  const drawing =
    page === 1
      ? { key: renditionKey(record.teamId, mediaId, fileVersion, name), share: shareOf(record.teamId) }
      : shelf(record, place, 'pages', `p${page}_${name}.webp`);
  // Those that are stored before their record are there: to ask S3 would cost more than the redirect.
  if (page > 1 || !STORED_RENDITIONS.has(name)) {
    await deps.drawOnce({ ...drawing, ...askedBy(stranger) }, async () =>
      deps.orderDrawing({
        original: await originalOf(deps, record, place, page),
        picture: { rendition: name },
        result: { key: drawing.key, contentType },
      }),
    );
  }
  return {
    key: drawing.key,
    contentType,
    contentDisposition: contentDisposition('inline', `${stemOf(record.filename)}-${name}.webp`),
    cacheControl: IMMUTABLE,
  };
};

/** Kinds whose picture can be had in other sizes; a card looks the same in all. */
const TRANSFORMED: ReadonlySet<MediaKind> = new Set(['image', 'video']);

/** Whether the picture of a record is available in any format, not only as its renditions. */
export const isTransformed = ({ kind, mimeType }: Pick<MediaRecord, 'kind' | 'mimeType'>): boolean =>
  TRANSFORMED.has(kind) || mimeType === PDF;

const EXTENSION: Readonly<Record<ResultFormat, string>> = { avif: 'avif', webp: 'webp', jpeg: 'jpg', png: 'png' };

export interface TransformAsker {
  readonly isMember: boolean;
  readonly accept: string | undefined;
  readonly stranger?: Stranger | undefined;
}

/** A transform of the record's picture; drawn now if it does not exist. */
export const transformPermit = async (
  deps: DrawnContentDeps,
  record: MediaRecord,
  request: TransformRequest,
  asker: TransformAsker,
): Promise<FilePermit> => {
  const place = objectRefOf(record);
  if (!place) throw notFound();
  const page = pageOf(record, request.page);
  const transform = resolveTransform(request, await subjectOf(deps, record, request), asker);
  const drawnFor = isPlain(transform) ? 'plain' : asker.isMember ? 'members' : 'strangers';
  const drawing = shelf(record, place, drawnFor, transformName(transform));
  const contentType = `image/${transform.format}`;
  await deps.drawOnce({ ...drawing, ...askedBy(asker.stranger) }, async () =>
    deps.orderDrawing({
      original: await originalOf(deps, record, place, page),
      picture: { transform },
      result: { key: drawing.key, contentType },
    }),
  );
  return {
    key: drawing.key,
    contentType,
    contentDisposition: contentDisposition('inline', `${stemOf(record.filename)}.${EXTENSION[transform.format]}`),
    cacheControl: IMMUTABLE,
  };
};

const subjectOf = async (
  { isOpaque }: DrawnContentDeps,
  record: MediaRecord,
  { format, flatten }: TransformRequest,
) => {
  const { focalX, focalY, width, height, kind } = record;
  const bearsOnTransparency = format === undefined || flatten !== undefined;
  return {
    focalX,
    focalY,
    size: kind === 'image' && width !== null && height !== null ? { width, height } : null,
    isOpaque: !bearsOnTransparency || (await isOpaque(record)),
  };
};
