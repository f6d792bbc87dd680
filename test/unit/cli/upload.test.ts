import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { stateFolder } from '../../../cli/files-of-user.ts';
import type { Terminal } from '../../../cli/terminal.ts';
import { type Result, uploadFiles } from '../../../cli/upload-files.ts';
import { uploadStates } from '../../../cli/upload-states.ts';
import { createClient } from '../../../client/node.ts';
import { jsonLines } from '../../support/drivers/command.ts';
import { inTerminal } from '../../support/drivers/in-terminal.ts';
import { type Asked, type Said, type ScriptedApi, startScriptedApi } from '../../support/drivers/scripted-api.ts';

const FILES = 20;
let home: string;
let folder: string;
let api: ScriptedApi;
let answer: (asked: Asked) => Said;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'mediashelf-upload-'));
  folder = join(home, 'files');
  await mkdir(folder);
  for (let index = 0; index < FILES; index += 1) await writeFile(join(folder, `${index}.txt`), `note ${index}`);
  api = await startScriptedApi((asked) => answer(asked));
});
afterEach(async () => {
  await api.close();
  await rm(home, { recursive: true });
});

const terminal = () => ({ env: { HOME: home } }) as unknown as Terminal;
const upload = async (...words: readonly string[]) => {
  const env = { HOME: home, MEDIASHELF_URL: api.url, MEDIASHELF_KEY: 'sk_live_x' };
  const { ended, said } = inTerminal(['upload', '--json', ...words], { env });
  const code = await ended;
  const lines = jsonLines(said.out);
  return { code, summary: lines.pop()?.summary, results: lines as Result[], errors: said.errors };
};

/** All files by a client that is soon out of patience. */
const uploadAll = async (said: (route: string) => Said) => {
  answer = ({ route }) => said(route);
  const retry = { attempts: 2, firstDelayMs: 1, longestDelayMs: 1 };
  const paths = Array.from({ length: FILES }, (_, index) => join(folder, `${index}.txt`));
  return uploadFiles(
    paths.map((path) => ({ path, type: 'text/plain' })),
    {
      shelf: createClient({ url: api.url, apiKey: 'sk_live_x', retry }),
      states: uploadStates(terminal(), api.url),
      bars: { update: () => {}, settled: () => {}, end: () => {} },
      fields: {},
      concurrency: 2,
      isResuming: false,
      onResult: () => {},
      signal: new AbortController().signal,
    },
  );
};

const announced = () => api.routes().filter((route) => route === 'POST /api/v1/uploads').length;

describe('an upload of many files', () => {
  it.each([401, 403])('ends with 3 at the first answer of %i, and tells how much is left', async (status) => {
    answer = () => [status, 'Unauthorized'];
    const { code, summary, errors } = await upload(folder, '--concurrency', '2');
    expect([code, JSON.parse(errors).error]).toEqual([3, 'Unauthorized']);
    expect(summary).toMatchObject({ files: FILES, uploaded: 0, failed: 0, unfinished: FILES });
    expect(announced()).toBeLessThanOrEqual(2);
  });

  it('is left when no server answers any more', async () => {
    const { results, halted } = await uploadAll(() => 'cut');
    expect(halted).toMatchObject({ code: 'NETWORK' });
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['unfinished']));
    expect(announced()).toBeLessThanOrEqual(4);
  });

  it('goes on after files that are refused, by the library or by its storage', async () => {
    const refusals = await uploadAll((route) => (route === 'POST /api/v1/uploads' ? [415, 'No such type'] : [404]));
    expect(refusals.halted).toBeUndefined();
    expect(refusals.results.map(({ status }) => status)).toEqual(Array(FILES).fill('refused'));
    const request = { method: 'PUT', url: `${api.url}/denied`, headers: {} };
    const storage = await uploadAll((route) => {
      if (route === 'PUT /denied') return [403, '<Code>AccessDenied</Code>'];
      return [200, { id: 'u', mediaId: 'm', status: 'pending', duplicateOf: null, request }];
    });
    expect(storage.halted).toBeUndefined();
    expect(storage.results.map(({ code }) => code)).toEqual(Array(FILES).fill('AccessDenied'));
  });
});

/** An upload in parts that was begun with a file. */
const begin = async (name: string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, name);
  const { size: fileSize, mtimeMs } = await stat(path);
  await uploadStates(terminal(), api.url).keep(path, {
    version: 1,
    uploadId: name,
    mediaId: `record of ${name}`,
    filename: name,
    fileSize,
    mimeType: 'video/mp4',
    modified: Math.floor(mtimeMs),
    layout: { partSize: 8, partCount: 1 },
    checksums: true,
  });
  return path;
};

describe('an upload that goes on with what was begun', () => {
  it('is not held up by a file that is gone, which is told until no upload waits for it', async () => {
    const paths = await Promise.all(['there.mp4', 'gone.mp4', 'over.mp4'].map(begin));
    for (const path of paths.slice(1)) await rm(path);
    const statuses: Record<string, string> = { 'there.mp4': 'active', 'gone.mp4': 'pending', 'over.mp4': 'expired' };
    answer = ({ route }) => {
      const id = route.split('/').at(-1) ?? '';
      if (!Object.hasOwn(statuses, id)) return [200, { data: [] }];
      return [200, { status: statuses[id], mediaId: `record of ${id}`, code: null, message: null }];
    };
    const { code, summary, results } = await upload('--resume');
    expect(results).toEqual([
      expect.objectContaining({ path: paths[1], status: 'refused', code: 'FILE_MISSING' }),
      expect.objectContaining({ path: paths[0], status: 'active' }),
    ]);
    expect([code, summary]).toEqual([1, expect.objectContaining({ files: 2, uploaded: 1, failed: 1 })]);
    expect(await readdir(stateFolder({ HOME: home }))).toHaveLength(1);

    statuses['gone.mp4'] = 'expired';
    expect(await upload('--resume')).toMatchObject({ code: 0, summary: { files: 0 } });
    expect(await readdir(stateFolder({ HOME: home }))).toEqual([]);
  });

  it('finds everything that the library waits for, however much that is', async () => {
    const path = join(folder, 'elsewhere.mp4');
    await writeFile(path, 'film');
    const pending = { id: 'u1', filename: 'elsewhere.mp4', fileSize: 4, mimeType: 'video/mp4', mediaId: 'm1' };
    answer = ({ route }) => {
      if (route.includes('cursor=')) return [200, { data: [{ ...pending, multipart: { partSize: 8, partCount: 1 } }] }];
      if (route.includes('status=pending')) return [200, { data: [], nextCursor: 'more' }];
      return [200, { status: 'active', mediaId: 'm1', code: null, message: null }];
    };
    expect((await upload(path, '--resume')).results).toMatchObject([{ status: 'active', mediaId: 'm1' }]);
    expect(announced()).toBe(0);
  });
});
