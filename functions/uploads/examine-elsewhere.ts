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
 * Has files on disk examined by the function that holds nothing else. What one invocation carries goes with it; a larger file,
 * of the upload gateway alone, goes by way of the bucket.
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
      // What stays because this failed, the bucket removes after a day.
      await staging.files.remove(key).catch(() => undefined);
    }
  };
