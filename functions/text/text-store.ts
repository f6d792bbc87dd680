import type { MediaRecord, ObjectRef } from '../domain/media.ts';
import { cutText, type FileText, joinedText, type TextFailure, type TextPage } from '../domain/text.ts';
import { countOnce } from '../table/count-once.ts';
import { mediaKey, textKey, wordsKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';

/** Which extraction of which file is meant. */
export interface TextRef {
  readonly mediaId: string;
  readonly teamId: string;
  readonly fileVersion: string;
  /** Where the object lies; what is read of it lies beside it. */
  readonly place: ObjectRef;
  /** `textName` of its options. */
  readonly name: string;
}

/** How far an extraction is. What came of it is an object of the bucket; this is forgotten after a day. */
export interface TextJob extends TextRef {
  readonly status: 'processing' | 'done' | 'failed';
  readonly code: TextFailure | null;
  readonly message: string | null;
  /** How often it was started. */
  readonly attempts: number;
  /** Of what is done. */
  readonly language: string | null;
  readonly pageCount: number | null;
  /** The beginning of the text, as far as it is read, while it is. */
  readonly soFar?: string;
  readonly requestedAt: string;
  readonly updatedAt: string;
}

/** A message of that age went to the dead-letter queue or was never sent: the next request starts it again. */
const LOST_SECONDS = 3600;
const KEPT_SECONDS = 24 * 3600;
/** A small part of an item's size limit; the whole text is an object of the bucket. */
const MOST_SO_FAR_BYTES = 32_000;

const seconds = (time: Date): number => Math.floor(time.getTime() / 1000);

/** A job at its end, of which the item of before says when and how often it was started. */
const endedJob = (
  ref: TextRef,
  before: Record<string, unknown> | undefined,
  result: Partial<TextJob>,
  at: string,
): TextJob => ({
  ...ref,
  code: null,
  message: null,
  language: null,
  pageCount: null,
  status: 'done',
  attempts: Number(before?.attempts ?? 0),
  requestedAt: String(before?.requestedAt ?? at),
  ...result,
  updatedAt: at,
});

/** Requests of extractions. */
const dynamoTextRequests = (table: Table) => ({
  /** Stores that an extraction is requested. False when it is running or finished already. */
  request: (ref: TextRef, now: Date): Promise<boolean> => {
    const at = now.toISOString();
    const lost = new Date(now.getTime() - LOST_SECONDS * 1000).toISOString();
    // A write whose answer was lost is sent again by the SDK, and has to know itself.
    const requestId = crypto.randomUUID();
    const fresh = { requestId, code: null, message: null, attempts: 0, language: null, pageCount: null };
    return table.put({
      Item: {
        ...textKey(ref),
        ...ref,
        ...fresh,
        status: 'processing',
        requestedAt: at,
        updatedAt: at,
        ttl: seconds(now) + KEPT_SECONDS,
      },
      ConditionExpression:
        'attribute_not_exists(pk) OR #ttl < :now OR (#status = :processing AND updatedAt < :lost) OR requestId = :own',
      ExpressionAttributeNames: { '#status': 'status', '#ttl': 'ttl' },
      ExpressionAttributeValues: {
        ':processing': 'processing',
        ':lost': lost,
        ':now': seconds(now),
        ':own': requestId,
      },
    });
  },

  /** The order of a request was not sent: the next request starts the extraction, as if this one had been lost long ago. */
  withdraw: async (ref: TextRef, requested: Date): Promise<void> => {
    await table.update({
      Key: textKey(ref),
      UpdateExpression: 'SET updatedAt = :lost',
      ConditionExpression: '#status = :processing AND requestedAt = :at',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ':processing': 'processing',
        ':at': requested.toISOString(),
        ':lost': new Date(0).toISOString(),
      },
    });
  },
});

/** Running and finished extractions, beside the record of their file. */
const dynamoTextJobs = (table: Table) => {
  const end = async (ref: TextRef, result: Partial<TextJob>, now: Date): Promise<void> => {
    const job = endedJob(ref, await table.get(textKey(ref)), result, now.toISOString());
    await table.put({ Item: { ...textKey(ref), ...job, ttl: seconds(now) + KEPT_SECONDS } });
  };

  return {
    get: async (ref: TextRef): Promise<TextJob | undefined> => (await table.get(textKey(ref))) as TextJob | undefined,

    /** Stores the text so far for callers who do not wait; without effect once the extraction has ended. */
    noteSoFar: async (ref: TextRef, pages: readonly TextPage[], now: Date): Promise<void> => {
      await table.update({
        Key: textKey(ref),
        UpdateExpression: 'SET soFar = :text, updatedAt = :at',
        ConditionExpression: '#status = :processing',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':processing': 'processing',
          ':at': now.toISOString(),
          ':text': cutText(joinedText(pages), MOST_SO_FAR_BYTES),
        },
      });
    },

    /** Counts an attempt; undefined when there is nothing (any more) to do. */
    attempt: async (ref: TextRef): Promise<number | undefined> => {
      const counted = await countOnce(table, {
        Key: textKey(ref),
        attribute: 'attempts',
        by: 1,
        when: '#status = :processing',
        names: { '#status': 'status' },
        values: { ':processing': 'processing' },
      });
      return counted && Number(counted.attempts);
    },

    finish: (ref: TextRef, { language, pageCount }: FileText, now: Date): Promise<void> =>
      end(ref, { status: 'done', language, pageCount }, now),

    fail: (ref: TextRef, code: TextFailure, message: string, now: Date): Promise<void> =>
      end(ref, { status: 'failed', code, message }, now),
  };
};

/** The words that search has of files. */
const dynamoWords = (table: Table) => ({
  /** The words that search has of the file of a record. */
  wordsOf: async ({ id, fileVersion, textAt }: MediaRecord): Promise<string | undefined> => {
    if (textAt === undefined || fileVersion === null) return undefined;
    const item = await table.get(wordsKey(id, fileVersion));
    return item && String(item.words);
  },

  /**
   * Stores the words of a file for search. The record is touched, so that it is indexed again; its version stays, since no
   * person edited it. Nothing happens when the record has another file by now, or is gone.
   */
  setWords: async ({ mediaId, fileVersion }: TextRef, words: string, now: Date): Promise<void> => {
    await table.transact([
      {
        Update: {
          Key: mediaKey(mediaId),
          UpdateExpression: 'SET textAt = :at',
          ConditionExpression: '#state = :active AND fileVersion = :fileVersion',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: { ':at': now.toISOString(), ':active': 'active', ':fileVersion': fileVersion },
        },
      },
      { Put: { Item: { ...wordsKey(mediaId, fileVersion), words } } },
    ]);
  },
});

/** Running and finished extractions, and their words for search. */
export const dynamoTexts = (table: Table) => ({
  ...dynamoTextRequests(table),
  ...dynamoTextJobs(table),
  ...dynamoWords(table),
});

export type TextStore = ReturnType<typeof dynamoTexts>;
