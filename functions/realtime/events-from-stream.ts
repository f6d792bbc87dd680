import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import type { BulkJob } from '../domain/bulk.ts';
import type { DomainEvent, EventName } from '../domain/channels.ts';
import type { MediaRecord, ShownMedia } from '../domain/media.ts';
import { namedOptions } from '../domain/text.ts';
import type { UploadSession } from '../domain/upload.ts';
import { mediaRecord } from '../library/media-item.ts';
import type { ShowTags } from '../library/tag-store.ts';
import type { TextJob } from '../text/text-store.ts';
import { uploadSession } from '../uploads/upload-items.ts';

type Image = Record<string, unknown> | undefined;

const image = (attributes: unknown): Image =>
  attributes ? unmarshall(attributes as Record<string, AttributeValue>) : undefined;

export interface EventsFromStreamDeps {
  readonly publicUrl: string;
  readonly show: ShowTags;
  /** A record as the API of events shows it. */
  readonly view: (media: ShownMedia, publicUrl: string) => object;
}

/** The events of changes in the table; most changes have none. */
export const eventsFromStream = async (
  records: readonly DynamoDBRecord[],
  { publicUrl, show, view }: EventsFromStreamDeps,
): Promise<readonly DomainEvent[]> => {
  const changes = records.map((record) => ({
    record,
    before: image(record.dynamodb?.OldImage),
    after: image(record.dynamodb?.NewImage),
  }));
  const media = changes.flatMap(({ after }) => (after?.sk === 'MEDIA' ? [mediaRecord(after)] : []));
  const shown = (await show(media)).values();
  return changes.flatMap(
    (change) =>
      eventFromChange(
        change,
        () => shown.next().value as ShownMedia,
        (record) => view(record, publicUrl),
      ) ?? [],
  );
};

const eventFromChange = (
  { record, before, after }: { record: DynamoDBRecord; before: Image; after: Image },
  nextShown: () => ShownMedia,
  view: (media: ShownMedia) => object,
): DomainEvent | undefined => {
  const eventId = record.eventID ?? '';
  if (after?.sk === 'MEDIA') {
    return eventOfMedia(eventId, before ? mediaRecord(before) : undefined, nextShown(), view);
  }
  if (after?.sk === 'BULK') return bulkEvent(eventId, after as unknown as BulkJob);
  // The expiry of an extraction's item leaves no new image.
  if (String(after?.sk).startsWith('TEXT#')) return textEvent(eventId, after as unknown as TextJob);
  if (after?.sk === 'UPLOAD') {
    return uploadEvent(eventId, before ? uploadSession(before) : undefined, uploadSession(after), record);
  }
  return undefined;
};

/** The progress of a change of many records; the names of those that failed are for its maker alone. */
const bulkEvent = (eventId: string, after: BulkJob): DomainEvent => {
  const { id, action, status, reason, total, changed, unchanged, failed, createdAt, updatedAt } = after;
  return {
    eventId,
    teamId: after.teamId,
    channel: 'media',
    event: 'bulk.progressed',
    data: { id, action: action.kind, status, reason, total, changed, unchanged, failed, createdAt, updatedAt },
    at: updatedAt,
  };
};

const textEvent = (eventId: string, after: TextJob): DomainEvent | undefined => {
  if (after.status === 'processing') return undefined;
  const { mediaId, status, code, message, language, pageCount, updatedAt, name } = after;
  return {
    eventId,
    teamId: after.teamId,
    channel: 'media',
    event: status === 'done' ? 'media.text-extracted' : 'media.text-failed',
    data: { id: mediaId, status, code, message, language, pageCount, ...namedOptions(name) },
    at: updatedAt,
  };
};

const mediaEvent = (before: MediaRecord | undefined, after: MediaRecord): EventName | undefined => {
  if (!before) return after.state === 'active' ? 'media.created' : undefined;
  if (before.state === 'active' && after.state === 'deleted') return 'media.deleted';
  if (before.state === 'deleted' && after.state === 'active') return 'media.restored';
  if (after.state !== 'active' || after.version === before.version) return undefined;
  return after.tagIds.join() === before.tagIds.join() ? 'media.updated' : 'media.tagged';
};

const eventOfMedia = (
  eventId: string,
  before: MediaRecord | undefined,
  after: ShownMedia,
  view: (media: ShownMedia) => object,
): DomainEvent | undefined => {
  const event = mediaEvent(before, after);
  if (!event) return undefined;
  return {
    eventId,
    teamId: after.teamId,
    channel: 'media',
    event,
    data: view(after),
    at: after.updatedAt,
  };
};

const uploadEvent = (
  eventId: string,
  before: UploadSession | undefined,
  after: UploadSession,
  record: DynamoDBRecord,
): DomainEvent | undefined => {
  if (after.progress && after.progress.at !== before?.progress?.at) return progressEvent(eventId, after);
  const { status: ended } = after;
  const refused = ended === 'rejected' || ended === 'failed' || (ended === 'expired' && after.code !== null);
  if (!refused || before?.status === after.status) return undefined;
  const { id, mediaId, filename, status, code, message } = after;
  const seconds = record.dynamodb?.ApproximateCreationDateTime ?? 0;
  const at = new Date(seconds * 1000).toISOString();
  return {
    eventId,
    teamId: after.teamId,
    channel: 'uploads',
    event: 'upload.failed',
    data: { id, mediaId, filename, status, code, message },
    at,
  };
};

/** What S3 had when a client last requested parts or the state of the upload: bytes in transfer are not reported. */
const progressEvent = (eventId: string, { progress, ...after }: UploadSession): DomainEvent => ({
  eventId,
  teamId: after.teamId,
  channel: 'uploads',
  event: 'upload.progressed',
  data: {
    id: after.id,
    mediaId: after.mediaId,
    filename: after.filename,
    fileSize: after.sizeOpen ? null : after.fileSize,
    storedBytes: progress?.storedBytes ?? 0,
    storedParts: progress?.storedParts ?? 0,
    partCount: after.multipart && !after.multipart.cutBy ? after.multipart.partCount : null,
  },
  at: progress?.at ?? after.createdAt,
});
