import type { FileStore } from './file-store.ts';

/** The objects of a bucket, for a function that mostly does without: S3's client is loaded by the first call. */
export const filesOnDemand = (bucket: string): Pick<FileStore, 'head' | 'readRange' | 'list' | 'remove'> => {
  let loading: Promise<FileStore> | undefined;
  const store = (): Promise<FileStore> => {
    loading ??= import('./file-store.ts').then(({ s3Files }) => s3Files(bucket));
    return loading;
  };
  return {
    head: async (...parameters) => (await store()).head(...parameters),
    readRange: async (...parameters) => (await store()).readRange(...parameters),
    list: async (...parameters) => (await store()).list(...parameters),
    remove: async (...parameters) => (await store()).remove(...parameters),
  };
};
