import { createHash } from 'node:crypto';
import { readdir, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { UploadState } from '../client/node.ts';
import { readJson, removeFile, stateFolder, writeJson } from './files-of-user.ts';
import type { Terminal } from './terminal.ts';

export interface Begun {
  /** Of the file, as it was. */
  readonly path: string;
  readonly state: UploadState;
}

interface Kept extends Begun {
  readonly url: string;
}

export interface UploadStates {
  get(path: string): Promise<UploadState | undefined>;
  keep(path: string, state: UploadState): Promise<void>;
  forget(path: string): Promise<void>;
  /** Unfinished uploads. */
  all(): Promise<readonly Begun[]>;
}

/** Unfinished uploads in parts, one file each, by the library and the path of the uploaded file. */
export const uploadStates = ({ env }: Terminal, url: string): UploadStates => {
  const folder = stateFolder(env);
  const reals = new Map<string, string>();
  /** A missing file keeps its name. */
  const realOf = async (path: string): Promise<string> => {
    const real = reals.get(path) ?? (await realpath(path).catch(() => resolve(path)));
    reals.set(path, real);
    return real;
  };
  const fileOf = async (path: string): Promise<string> => {
    const real = await realOf(path);
    return join(folder, `${createHash('sha256').update(`${url}\n${real}`).digest('hex').slice(0, 32)}.json`);
  };
  return {
    get: async (path) => (await readJson<Kept>(await fileOf(path)))?.state,
    keep: async (path, state) => writeJson(await fileOf(path), { url, path: await realOf(path), state }),
    forget: async (path) => removeFile(await fileOf(path)),
    all: async () => {
      const names = await readdir(folder).catch(() => []);
      const all = await Promise.all(
        names.filter((name) => name.endsWith('.json')).map((name) => readJson<Kept>(join(folder, name))),
      );
      return all.flatMap((kept) => (kept?.url === url ? [kept] : []));
    },
  };
};
