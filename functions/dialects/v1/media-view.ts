import { RENDITION_NAMES, type ShownMedia, stableAddress } from '../../domain/media.ts';
import { fileAddress } from '../../domain/media-file.ts';
import { textsOf } from '../../domain/record-fields.ts';
import type { ReplyContext } from '../../http/route.ts';

/** The facts about a file's content. */
export const checksumView = ({ checksum, checksumAlgorithm }: Pick<ShownMedia, 'checksum' | 'checksumAlgorithm'>) => ({
  checksum,
  checksumAlgorithm: checksum === null ? null : (checksumAlgorithm ?? 'SHA256'),
});

/** A record as v1 shows it: the reference's fields first, then additional ones. */
export const mediaView = (record: ShownMedia, { publicUrl, renditionAddress }: ReplyContext) => {
  const address = stableAddress(publicUrl, record);
  const { title, alt, caption, ...otherTexts } = textsOf(record);
  return {
    id: record.id,
    userId: record.userId,
    teamId: record.teamId,
    url: fileAddress(publicUrl, record),
    filename: record.filename,
    fileSize: record.fileSize,
    mimeType: record.mimeType,
    width: record.width,
    height: record.height,
    title,
    alt,
    caption,
    status: record.state,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
    ...otherTexts,
    visibility: record.visibility,
    ...checksumView(record),
    duration: record.duration,
    pages: record.pages ?? null,
    warnings: record.warnings ?? [],
    thumbhash: record.thumbhash,
    dominantColor: record.dominantColor,
    focalX: record.focalX,
    focalY: record.focalY,
    version: record.version,
    tags: record.tags,
    renditions: Object.fromEntries(
      RENDITION_NAMES.flatMap((name) => {
        const size = record.renditions[name];
        if (!size) return [];
        return [[name, { url: renditionAddress?.(record, name) ?? `${address}?rendition=${name}`, ...size }]];
      }),
    ),
  };
};

export type MediaView = ReturnType<typeof mediaView>;

/** The envelope of every successful v1 answer. */
export const envelope = <T>(data: T) => ({ success: true as const, data });
