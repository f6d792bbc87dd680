import { createHash } from 'node:crypto';
import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { UploadState } from '../client/node.ts';
import { readJson, removeFile, stateFolder, writeJson } from './files-of-user.ts';
import type { Terminal } from './terminal.ts';

interface Kept {
  readonly url: string;
  readonly path: string;
  readonly state: UploadState;
}

export interface UploadStates {
  get(path: string): Promise<UploadState | undefined>;
  keep(path: string, state: UploadState): Promise<void>;
  forget(path: string): Promise<void>;
  /** Paths of the files that were begun and not finished. */
  paths(): Promise<readonly string[]>;
}

/** Uploads in parts that were begun and not finished, one file each, by the library and the path of what is uploaded. */
export const uploadStates = ({ env }: Terminal, url: string): UploadStates => {
  const folder = stateFolder(env);
  const fileOf = async (path: string): Promise<string> => {
    const real = await realpath(path);
    return join(folder, `${createHash('sha256').update(`${url}\n${real}`).digest('hex').slice(0, 32)}.json`);
  };
  return {
    get: async (path) => (await readJson<Kept>(await fileOf(path)))?.state,
    keep: async (path, state) => writeJson(await fileOf(path), { url, path: await realpath(path), state }),
    forget: async (path) => removeFile(await fileOf(path)),
    paths: async () => {
      const names = await readdir(folder).catch(() => []);
      const all = await Promise.all(
        names.filter((name) => name.endsWith('.json')).map((name) => readJson<Kept>(join(folder, name))),
      );
      return all.flatMap((kept) => (kept?.url === url ? [kept.path] : []));
    },
  };
};
