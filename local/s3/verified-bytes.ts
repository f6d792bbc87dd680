import { createHash } from 'node:crypto';
import type { AwsError } from '../ports.ts';
import type { BlobFolder, Segment } from './blobs.ts';
import { s3Error } from './errors.ts';
import type { StoredObject } from './object-table.ts';

/** The bytes of objects, compared with what was stored. */
export interface VerifiedBytes {
  /**
   * Throws when the bytes of an object are not those that were stored. Each object is read once in a run for that, unless it was
   * stored in this one; the length of its files is compared each time.
   */
  expectWhole(object: StoredObject): Promise<void>;
}

/** A larger object is compared while it is served for the first time: a first range of it would take long otherwise. */
const AT_ONCE_BYTES = 64 * 1024 ** 2;

/**
 * Compares objects with their entity tags: the MD5 of an object, or of the MD5s of its parts. A disk may have changed bytes, and a
 * person the files of the data folder.
 */
export const verifyBytes = (blobs: BlobFolder, report: (message: string) => void): VerifiedBytes => {
  const whole = new Set<string>();
  const damaged = new Map<string, string>();
  const running = new Map<string, Promise<void>>();

  const compare = async ({ bucket, key, etag, segments }: StoredObject, name: string): Promise<void> => {
    const actual = await entityTag(blobs, segments, etag.includes('-')).catch((error: Error) => error.message);
    if (actual === etag) whole.add(name);
    else {
      damaged.set(name, 'They changed since they were stored.');
      report(`The stored bytes of ${bucket}/${key} are damaged: their checksum is another one. Reads are refused.`);
    }
  };
  const compared = (object: StoredObject, name: string): Promise<void> => {
    const known = running.get(name);
    if (known) return known;
    const work = compare(object, name).finally(() => running.delete(name));
    running.set(name, work);
    return work;
  };

  return {
    expectWhole: async (object) => {
      const odd = await blobs.oddSegment(object.segments);
      if (odd) throw isDamaged(odd);
      const name = object.segments[0]?.blob;
      if (name === undefined || whole.has(name) || object.segments.every(({ blob }) => blobs.isOfThisRun(blob))) return;
      if (!damaged.has(name)) {
        const work = compared(object, name);
        if (object.size <= AT_ONCE_BYTES) await work;
      }
      const why = damaged.get(name);
      if (why) throw isDamaged(why);
    },
  };
};

const entityTag = async (blobs: BlobFolder, segments: readonly Segment[], joined: boolean): Promise<string> => {
  const tags: Buffer[] = [];
  for (const segment of joined ? segments.map((each) => [each]) : [segments]) {
    const md5 = createHash('md5');
    const size = segment.reduce((sum, each) => sum + each.size, 0);
    for await (const chunk of blobs.read(segment, 0, size - 1)) md5.update(chunk);
    tags.push(md5.digest());
  }
  if (!joined) return tags[0]?.toString('hex') ?? '';
  return `${createHash('md5').update(Buffer.concat(tags)).digest('hex')}-${tags.length}`;
};

const isDamaged = (why: string): AwsError =>
  s3Error('InternalError', `The stored bytes of this object are damaged. ${why}`);
