import type { DatabaseSync } from 'node:sqlite';
import type { Segment } from './blobs.ts';
import type { Checksum } from './checksums.ts';

/** A visible object. */
export interface StoredObject {
  readonly bucket: string;
  readonly key: string;
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  /** Milliseconds since 1970. */
  readonly modified: number;
  /** Content-Type and the other headers and `x-amz-meta-*` that are stored with the object. */
  readonly headers: Readonly<Record<string, string>>;
  readonly checksum?: Checksum;
  readonly segments: readonly Segment[];
}

/** The fields of an object in a listing. */
export type ListedObject = Pick<StoredObject, 'key' | 'size' | 'etag' | 'modified'>;

/** The rows of objects; changes run inside the caller's transaction. */
export interface ObjectTable {
  get(bucket: string, key: string): StoredObject | undefined;
  put(object: StoredObject): void;
  remove(bucket: string, key: string): void;
  tags(object: StoredObject): Readonly<Record<string, string>>;
  putTags(object: Pick<StoredObject, 'bucket' | 'key' | 'modified'>, tags: Readonly<Record<string, string>>): void;
  /** Objects after the key `after` (or from the key `from` on) whose keys start with `prefix`, in the byte order of their keys. */
  list(bucket: string, range: { readonly after: string; readonly prefix: string }, limit: number): ListedObject[];
  /** Keys with the prefix that were last written before a time. */
  olderThan(bucket: string, prefix: string, modified: number): string[];
  /** All segments, with the object that refers to them. */
  segments(): Iterable<Segment & Pick<StoredObject, 'bucket' | 'key'>>;
}

/** The first string after everything that starts with `prefix`, except keys that continue with the last code point of Unicode. */
export const afterPrefix = (prefix: string): string => `${prefix}\u{10ffff}`;

/** Prepares the statements of the objects table. */
export function openObjectTable(database: DatabaseSync): ObjectTable {
  const select = database.prepare('SELECT * FROM objects WHERE bucket = ? AND key = ?');
  const insert = database.prepare('INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const remove = database.prepare('DELETE FROM objects WHERE bucket = ? AND key = ?');
  const removeTags = database.prepare('DELETE FROM tags WHERE bucket = ? AND key = ?');
  const insertTags = database.prepare('INSERT OR REPLACE INTO tags VALUES (?, ?, ?, ?)');
  const selectTags = database.prepare('SELECT tags FROM tags WHERE bucket = ? AND key = ? AND modified = ?');
  const list = database.prepare(
    'SELECT key, size, etag, modified FROM objects WHERE bucket = ? AND key > ? AND key >= ? AND key < ? ORDER BY key LIMIT ?',
  );
  const older = database.prepare('SELECT key FROM objects WHERE bucket = ? AND key >= ? AND key < ? AND modified < ?');
  const segments = database.prepare('SELECT bucket, key, segments FROM objects');
  return {
    get(bucket, key) {
      const row = select.get(bucket, key) as Record<string, string | number | null> | undefined;
      if (!row) return undefined;
      return {
        bucket,
        key,
        size: Number(row.size),
        etag: String(row.etag),
        modified: Number(row.modified),
        headers: JSON.parse(String(row.headers)),
        ...(row.checksum !== null && { checksum: JSON.parse(String(row.checksum)) }),
        segments: JSON.parse(String(row.segments)),
      };
    },
    put(object) {
      const checksum = object.checksum ? JSON.stringify(object.checksum) : null;
      const { bucket, key, size, etag, modified } = object;
      insert.run(
        bucket,
        key,
        size,
        etag,
        modified,
        JSON.stringify(object.headers),
        checksum,
        JSON.stringify(object.segments),
      );
    },
    remove(bucket, key) {
      remove.run(bucket, key);
      removeTags.run(bucket, key);
    },
    tags({ bucket, key, modified }) {
      const row = selectTags.get(bucket, key, modified);
      return row ? (JSON.parse(String(row.tags)) as Record<string, string>) : {};
    },
    putTags({ bucket, key, modified }, tags) {
      insertTags.run(bucket, key, modified, JSON.stringify(tags));
    },
    list: (bucket, { after, prefix }, limit) =>
      list.all(bucket, after, prefix, afterPrefix(prefix), limit) as unknown as ListedObject[],
    olderThan: (bucket, prefix, modified) =>
      older.all(bucket, prefix, afterPrefix(prefix), modified).map((row) => String(row.key)),
    *segments() {
      for (const { bucket, key, segments: parts } of segments.iterate()) {
        const object = { bucket: String(bucket), key: String(key) };
        for (const segment of JSON.parse(String(parts)) as Segment[]) yield { ...segment, ...object };
      }
    },
  };
}
