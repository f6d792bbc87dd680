import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ApartSettings, examineApart } from '../../../functions/processing/examine-apart.ts';
import { examineFile } from '../../../functions/processing/examine-file.ts';
import { photo } from '../../support/pictures.ts';

const CHILD = new URL('../../../functions/processing/examine-file.child.ts', import.meta.url);
const REFUSED = { outcome: { outcome: 'failed', code: 'DECODE_ERROR' }, metadata: undefined };

let folder: string;
let picture: string;
let size: number;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'apart-'));
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
const apart = (settings: Partial<ApartSettings> = {}) => examineApart({ entry: CHILD, env: {}, ...settings });
const declared = () => ({ mimeType: 'image/jpeg', size });

describe('a file that is examined in a process of its own', () => {
  it('turns out as it does in this one', async () => {
    const examined = await apart()(picture, declared());
    expect(examined.outcome.outcome).toBe('ok');
    expect(examined).toEqual(await examineFile(picture, declared()));
  });

  it('is given nothing of the environment', async () => {
    const answer = 'process.send({ examined: Object.keys(process.env) })';
    const entry = code('tells', `process.once('message', () => ${answer})`);
    expect(await apart({ entry, env: { TMPDIR: folder } })(picture, declared())).toEqual(['TMPDIR']);
  });

  it('is refused when it ends two processes', async () => {
    const entry = code(
      'dies',
      `import { appendFileSync } from 'node:fs';
      process.once('message', ({ path }) => { appendFileSync(path + '.tries', 'x'); process.kill(process.pid, 'SIGSEGV'); });`,
    );
    expect(await apart({ entry })(join(folder, 'deadly'), declared())).toMatchObject(REFUSED);
    expect(readFileSync(join(folder, 'deadly.tries'), 'utf8')).toBe('xx');
  });

  it('is refused when it does not come to an end, and the process is ended', async () => {
    const entry = code(
      'hangs',
      `import { appendFileSync } from 'node:fs';
      process.once('message', ({ path }) => { appendFileSync(path + '.pids', process.pid + ' '); for (;;); });`,
    );
    expect(await apart({ entry, mostMs: 1000 })(join(folder, 'endless'), declared())).toMatchObject(REFUSED);
    const pids = readFileSync(join(folder, 'endless.pids'), 'utf8').trim().split(' ').map(Number);
    expect(pids).toHaveLength(2);
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('is refused when it takes more memory than there is', async () => {
    expect(await apart({ mostMemory: 1 })(picture, declared())).toMatchObject(REFUSED);
  });

  it('is not blamed for what is wrong with the disk', async () => {
    await expect(apart()(join(folder, 'gone'), declared())).rejects.toThrow('ENOENT');
  });

  it('ends with whoever asked for it', async () => {
    const child = fork(CHILD, { env: {}, execArgv: [], serialization: 'advanced' });
    const gone = once(child, 'exit');
    child.send({ path: picture, declared: declared(), mostMemory: Number.POSITIVE_INFINITY });
    child.disconnect();
    expect(await gone).toEqual([0, null]);
  });

  it('waits for the one before it, and is not harmed by its end', async () => {
    const examine = apart();
    const [broken, sound] = await Promise.all([
      examine(picture, { mimeType: 'image/png', size }),
      examine(picture, declared()),
    ]);
    expect([broken.outcome.outcome, sound.outcome.outcome]).toEqual(['rejected', 'ok']);
  });
});
