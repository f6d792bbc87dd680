import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

const base = (env: Environment, name: string, otherwise: string): string =>
  env[name]?.startsWith('/') ? (env[name] ?? '') : join(env.HOME ?? homedir(), otherwise);

/** Where credentials are stored, after the XDG Base Directory Specification. */
export const configFolder = (env: Environment): string => join(base(env, 'XDG_CONFIG_HOME', '.config'), 'mediashelf');

/** Where unfinished uploads are stored. */
export const stateFolder = (env: Environment): string =>
  join(base(env, 'XDG_STATE_HOME', '.local/state'), 'mediashelf', 'uploads');

/** Reads our JSON files; undefined if there is none, or it is invalid. */
export const readJson = async <T>(path: string): Promise<T | undefined> => {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  try {
    return text === undefined ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
};

/** Writes JSON that other users may not read, whole or not at all. */
export const writeJson = async (path: string, value: unknown): Promise<void> => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, path);
};

export const removeFile = (path: string): Promise<void> => rm(path, { force: true });
