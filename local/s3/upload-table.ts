import type { DatabaseSync } from 'node:sqlite';
import type { Checksum, ChecksumAlgorithm, ChecksumType } from './checksums.ts';
import { afterPrefix } from './object-table.ts';

/** A running multipart upload. */
export interface MultipartUpload {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly created: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly algorithm?: ChecksumAlgorithm;
  readonly type?: ChecksumType;
}

/** A part that arrived. */
export interface UploadedPart {
  readonly number: number;
  readonly blob: string;
  readonly size: number;
  readonly etag: string;
  readonly checksum?: Checksum;
  readonly modified: number;
}

/** The answer of a finished upload's completion. */
export interface Completion {
  readonly upload: string;
  readonly bucket: string;
  readonly key: string;
  /** The requested part list. */
  readonly request: string;
  readonly etag: string;
  readonly checksum?: Checksum;
  readonly at: number;
}

/** The rows of multipart uploads; changes run inside the caller's transaction or are single statements. */
export interface UploadTable {
  create(upload: MultipartUpload): void;
  /** The upload of that id for that very bucket and key. */
  get(bucket: string, key: string, id: string): MultipartUpload | undefined;
  list(bucket: string, range: { prefix: string; key: string; id: string }, limit: number): MultipartUpload[];
  olderThan(bucket: string, prefix: string, created: number): MultipartUpload[];
  /** Replaces an earlier part of the same number, which it returns. */
  putPart(id: string, part: UploadedPart): UploadedPart | undefined;
  parts(id: string, after?: number, limit?: number): UploadedPart[];
  remove(id: string): void;
  complete(completion: Completion): void;
  completion(bucket: string, key: string, id: string): Completion | undefined;
  forgetCompletions(before: number): void;
  blobs(): Iterable<string>;
}

type Row = Record<string, string | number | null>;
const text = (checksum: Checksum | undefined): string | null => (checksum ? JSON.stringify(checksum) : null);
const checksumOf = (row: Row): { checksum?: Checksum } =>
  row.checksum ? { checksum: JSON.parse(String(row.checksum)) } : {};

const toUpload = (row: Row): MultipartUpload => ({
  id: String(row.id),
  bucket: String(row.bucket),
  key: String(row.key),
  created: Number(row.created),
  headers: JSON.parse(String(row.headers)),
  ...(row.algorithm !== null && { algorithm: row.algorithm as ChecksumAlgorithm, type: row.type as ChecksumType }),
});

const toPart = (row: Row): UploadedPart => ({
  number: Number(row.number),
  blob: String(row.blob),
  size: Number(row.size),
  etag: String(row.etag),
  modified: Number(row.modified),
  ...checksumOf(row),
});

/** Prepares the statements of the upload tables. */
export function openUploadTable(database: DatabaseSync): UploadTable {
  const sql = {
    create: database.prepare('INSERT INTO uploads VALUES (?, ?, ?, ?, ?, ?, ?)'),
    get: database.prepare('SELECT * FROM uploads WHERE id = ? AND bucket = ? AND key = ?'),
    list: database.prepare(
      'SELECT * FROM uploads WHERE bucket = ? AND (key, id) > (?, ?) AND key >= ? AND key < ? ORDER BY key, id LIMIT ?',
    ),
    older: database.prepare('SELECT * FROM uploads WHERE bucket = ? AND key >= ? AND key < ? AND created < ?'),
    part: database.prepare('SELECT * FROM parts WHERE upload = ? AND number = ?'),
    putPart: database.prepare('INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?, ?, ?)'),
    parts: database.prepare('SELECT * FROM parts WHERE upload = ? AND number > ? ORDER BY number LIMIT ?'),
    remove: database.prepare('DELETE FROM uploads WHERE id = ?'),
    complete: database.prepare('INSERT INTO completed VALUES (?, ?, ?, ?, ?, ?, ?)'),
    completion: database.prepare('SELECT * FROM completed WHERE upload = ? AND bucket = ? AND key = ?'),
    forget: database.prepare('DELETE FROM completed WHERE at < ?'),
    blobs: database.prepare('SELECT blob FROM parts'),
  };
  return {
    create({ id, bucket, key, created, headers, algorithm, type }) {
      sql.create.run(id, bucket, key, created, JSON.stringify(headers), algorithm ?? null, type ?? null);
    },
    get(bucket, key, id) {
      const row = sql.get.get(id, bucket, key) as Row | undefined;
      return row && toUpload(row);
    },
    list: (bucket, { prefix, key, id }, limit) =>
      sql.list.all(bucket, key, id, prefix, afterPrefix(prefix), limit).map((row) => toUpload(row as Row)),
    olderThan: (bucket, prefix, created) =>
      sql.older.all(bucket, prefix, afterPrefix(prefix), created).map((row) => toUpload(row as Row)),
    putPart(id, part) {
      const replaced = sql.part.get(id, part.number) as Row | undefined;
      sql.putPart.run(id, part.number, part.blob, part.size, part.etag, text(part.checksum), part.modified);
      return replaced && toPart(replaced);
    },
    parts: (id, after = 0, limit = 10_000) => sql.parts.all(id, after, limit).map((row) => toPart(row as Row)),
    remove(id) {
      sql.remove.run(id);
    },
    complete({ upload, bucket, key, request, etag, checksum, at }) {
      sql.complete.run(upload, bucket, key, request, etag, text(checksum), at);
    },
    completion(bucket, key, id) {
      const row = sql.completion.get(id, bucket, key) as Row | undefined;
      return (
        row && {
          upload: id,
          bucket,
          key,
          request: String(row.request),
          etag: String(row.etag),
          at: Number(row.at),
          ...checksumOf(row),
        }
      );
    },
    forgetCompletions(before) {
      sql.forget.run(before);
    },
    *blobs() {
      for (const row of sql.blobs.iterate()) yield String(row.blob);
    },
  };
}
