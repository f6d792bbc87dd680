import type { ExamineStored } from '../files/checks/examine-file.ts';
import type { FileStore } from '../files/file-store.ts';

/**
 * Finds out whether an object went away when examining it failed: the function that examines may not list the bucket, and so
 * S3 tells it of nothing that it is missing.
 */
export const unlessGone =
  (files: Pick<FileStore, 'head'>, examineStored: ExamineStored): ExamineStored =>
  async (object, declared) => {
    try {
      return await examineStored(object, declared);
    } catch (error) {
      if (await files.head(object.key)) throw error;
      return undefined;
    }
  };
