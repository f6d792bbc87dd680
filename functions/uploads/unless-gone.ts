import type { ExamineStored } from '../files/checks/examine-file.ts';
import type { FileStore } from '../files/file-store.ts';

/** The record's fields of a form. */
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
