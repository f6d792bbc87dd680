import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { examineFile } from '../../../../functions/files/checks/examine-file.ts';
import { type ExamineSettings, examineInProcess } from '../../../../functions/files/checks/examine-in-process.ts';
import { photo } from '../../../support/fixtures/pictures.ts';

const CHILD = new URL('../../../../functions/files/checks/examine-file.sandbox.ts', import.meta.url);
const REFUSED = { outcome: { outcome: 'failed', code: 'DECODE_ERROR' }, metadata: undefined };

let folder: string;
let picture: string;
let size: number;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'examined-'));
  picture = join(folder, 'picture');
  const bytes = await photo(300, 200);
  size = bytes.length;
  writeFileSync(picture, bytes);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The code of a process that is not well. */
const code = (name: string, text: string): URL => {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, text);
  return pathToFileURL(path);
};
const examining = (settings: Partial<ExamineSettings> = {}) => examineInProcess({ entry: CHILD, env: {}, ...settings });
const declared = () => ({ mimeType: 'image/jpeg', size });

describe('a file that is examined in a process of its own', () => {
  it('turns out as it does in this one', async () => {
    const examined = await examining()(picture, declared());
    expect(examined.outcome.outcome).toBe('ok');
    expect(examined).toEqual(await examineFile(picture, declared()));
  });

  it('is given nothing of the environment', async () => {
    const answer = 'process.send({ answer: Object.keys(process.env), memoryBytes: 0 })';
    const entry = code('tells', `process.once('message', () => ${answer})`);
    expect(await examining({ entry, env: { TMPDIR: folder } })(picture, declared())).toEqual(['TMPDIR']);
  });

  it('is refused when it ends two processes', async () => {
    const entry = code(
      'dies',
      `import { appendFileSync } from 'node:fs';
      process.once('message', ({ task: { path } }) => { appendFileSync(path + '.tries', 'x'); process.kill(process.pid, 'SIGSEGV'); });`,
    );
    expect(await examining({ entry })(join(folder, 'deadly'), declared())).toMatchObject(REFUSED);
    expect(readFileSync(join(folder, 'deadly.tries'), 'utf8')).toBe('xx');
  });

  it('is refused when it does not come to an end, and the process is ended', async () => {
    const entry = code(
      'hangs',
      `import { appendFileSync } from 'node:fs';
      process.once('message', ({ task: { path } }) => { appendFileSync(path + '.pids', process.pid + ' '); for (;;); });`,
    );
    expect(await examining({ entry, limits: { wallMs: 1000 } })(join(folder, 'endless'), declared())).toMatchObject(
      REFUSED,
    );
    const pids = readFileSync(join(folder, 'endless.pids'), 'utf8').trim().split(' ').map(Number);
    expect(pids).toHaveLength(2);
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('is refused when it takes more memory than there is', async () => {
    expect(await examining({ limits: { memoryBytes: 1 } })(picture, declared())).toMatchObject(REFUSED);
  });

  it('is not blamed for what is wrong with the disk', async () => {
    await expect(examining()(join(folder, 'gone'), declared())).rejects.toThrow('ENOENT');
  });

  it('ends with the program that asked for it', async () => {
    const child = fork(CHILD, { env: {}, execArgv: [], serialization: 'advanced' });
    const gone = once(child, 'exit');
    child.send({
      task: { path: picture, declared: declared() },
      limits: { wallMs: 1e9, cpuMs: 1e9, memoryBytes: 1e12 },
    });
    child.disconnect();
    expect(await gone).toEqual([null, 'SIGKILL']);
  });

  it('waits for the one before it, and is not harmed by its end', async () => {
    const examine = examining();
    const [broken, sound] = await Promise.all([
      examine(picture, { mimeType: 'image/png', size }),
      examine(picture, declared()),
    ]);
    expect([broken.outcome.outcome, sound.outcome.outcome]).toEqual(['rejected', 'ok']);
  });
});
