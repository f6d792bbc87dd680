import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { MOST_CARRIED } from '../files/checks/examination-order.ts';
import type { ExamineFile } from '../files/checks/examine-file.ts';
import type { Examination } from '../files/checks/order-examination.ts';
import type { FileStore } from '../files/file-store.ts';

/** Where a file lies for as long as it is looked into. */
export interface Staging {
  readonly files: Pick<FileStore, 'store' | 'remove'>;
  readonly newId: () => string;
}

/**
 * Has files on disk examined by the function without other permissions. Small files are sent in the invocation; a larger file,
 * only of the upload gateway, is passed through the bucket.
 */
export const examineElsewhere =
  (
    { examineBytes, examineStored }: Pick<Examination, 'examineBytes' | 'examineStored'>,
    staging?: Staging,
  ): ExamineFile =>
  async (path, declared) => {
    const { size, mimeType, sha256 = null } = declared;
    if (size <= MOST_CARRIED) return examineBytes(await readFile(path), declared);
    if (!staging) throw new Error(`${size} bytes are more than a form of a function has`);
    const key = `forms/${staging.newId()}`;
    try {
      await staging.files.store({ key, size, mimeType, sha256 }, createReadStream(path));
      const examined = await examineStored({ key, size }, declared);
      if (!examined) throw new Error(`${key} went away while it was looked into`);
      return examined;
    } finally {
      // If this fails, the bucket's rule removes the object after a day.
      await staging.files.remove(key).catch(() => undefined);
    }
  };
