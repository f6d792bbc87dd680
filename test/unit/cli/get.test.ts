import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { lstat, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { inTerminal } from '../../support/drivers/in-terminal.ts';

const WHOLE = 'the whole of it';
let home: string;
let server: Server;
let record: object;
/** What the record's address gives. */
let content: string;
/** The requests that came, by path, with what only the library is told. */
let asked: { path: string | undefined; team: unknown; authorization: unknown }[];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'mediashelf-get-'));
  const checksum = createHash('sha256').update(WHOLE).digest('base64');
  record = { id: 'a', filename: 'a.txt', fileSize: WHOLE.length, checksum, checksumAlgorithm: 'SHA256' };
  content = WHOLE;
  asked = [];
  server = createServer(({ url, headers }, response) => {
    asked.push({ path: url, team: headers['x-team-id'], authorization: headers.authorization });
    response.end(/content|elsewhere/.test(url ?? '') ? content : JSON.stringify({ success: true, data: record }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
const folder = process.cwd();
afterEach(async () => {
  process.chdir(folder);
  server.closeAllConnections();
  server.close();
  await rm(home, { recursive: true });
});

const get = async (...words: readonly string[]) => {
  const { port } = server.address() as AddressInfo;
  const env = { HOME: home, MEDIASHELF_URL: `http://127.0.0.1:${port}`, MEDIASHELF_KEY: 'sk_live_x' };
  const { ended, said } = inTerminal(['get', 'a', ...words], { env });
  return { code: await ended, ...said };
};

describe('mediashelf get', () => {
  it('ends with 1 when what it wrote to standard output is not what the record says', async () => {
    expect(await get('-o', '-')).toEqual({ code: 0, out: WHOLE, errors: '' });
    content = 'the whole of IT';
    expect(await get('-o', '-')).toEqual({ code: 1, out: content, errors: expect.stringContaining('arrived damaged') });
    expect((await get('-o', '-', '--rendition', 'small')).code).toBe(0);
  });

  it('leaves no file that is damaged, and tells a short one by its size where there is no checksum', async () => {
    const path = join(home, 'copy.txt');
    record = { ...record, checksum: 'x', checksumAlgorithm: 'SHA256_COMPOSITE' };
    content = WHOLE.slice(1);
    expect(await get('-o', path)).toMatchObject({ code: 1, errors: expect.stringContaining('14 of 15 bytes') });
    expect(await readdir(home)).toEqual([]);
    content = WHOLE;
    expect((await get('-o', path)).code).toBe(0);
    expect(await readFile(path, 'utf8')).toBe(WHOLE);
  });

  it('asks no address that the maker of a record chose, unless it is told to, and tells it nothing then', async () => {
    const { port } = server.address() as AddressInfo;
    record = { ...record, url: `http://127.0.0.1:${port}/elsewhere\u009b2J/content` };
    const refused = await get('-o', '-', '--team', 't');
    expect(refused).toEqual({
      code: 1,
      out: '',
      errors: expect.stringMatching(/^mediashelf: a lies at .+elsewhere\ufffd2J.+--elsewhere/),
    });
    expect(asked.map(({ path }) => path)).toEqual(['/api/v1/media/a']);
    expect(await get('-o', '-', '--team', 't', '--elsewhere')).toEqual({ code: 0, out: WHOLE, errors: '' });
    expect(asked.at(-1)).toEqual({ path: '/elsewhere%C2%9B2J/content', team: undefined, authorization: undefined });
    record = { ...record, url: `https://library.example/m/a/a.txt` };
    expect((await get('-o', '-')).out).toBe(WHOLE);
    expect(asked.at(-1)?.path).toBe('/api/v1/media/a/content');
  });

  it('leaves files alone that are named as its drafts were', async () => {
    const path = join(home, 'copy.txt');
    await writeFile(`${path}.part`, 'of somebody else');
    expect((await get('-o', path)).code).toBe(0);
    expect(await readFile(`${path}.part`, 'utf8')).toBe('of somebody else');
    expect((await readdir(home)).toSorted()).toEqual(['copy.txt', 'copy.txt.part']);
  });

  it.each([
    ['.envrc', 'text/plain', '_envrc.txt'],
    ['../.bashrc', 'text/plain', '___.bashrc.txt'],
    ['node_modules', 'application/x-unheard-of', '_node_modules'],
    ['NUL', 'text/plain', '_NUL.txt'],
    ['invoice\u202efdp.exe', 'application/pdf', 'invoicefdp.exe.pdf'],
    [`${'ä'.repeat(250)}.txt`, 'text/plain', `${'ä'.repeat(125)}.txt`],
  ])('saves a record that the library calls %j, of type %s, as %j', async (filename, mimeType, saved) => {
    record = { ...record, filename, mimeType };
    process.chdir(home);
    expect((await get()).errors).toBe('');
    expect(await readdir(home)).toEqual([saved]);
  });

  it.each([
    ['.envrc', '_envrc.small.webp'],
    [`${'x'.repeat(255)}.jpg`, `${'x'.repeat(244)}.small.webp`],
    ['harbour.jpg', 'harbour.small.webp'],
  ])('saves a rendition of %j as %j', async (filename, saved) => {
    record = { ...record, filename };
    process.chdir(home);
    expect((await get('--rendition', 'small')).errors).toBe('');
    expect(await readdir(home)).toEqual([saved]);
  });

  it('overwrites nothing unasked, a link that leads nowhere included, and follows none when it is asked', async () => {
    const [path, elsewhere] = [join(home, 'copy.txt'), join(home, 'elsewhere.txt')];
    await symlink(elsewhere, path);
    expect(await get('-o', path)).toMatchObject({ code: 2, errors: expect.stringContaining('is there already') });
    expect(await readdir(home)).toEqual(['copy.txt']);
    await writeFile(elsewhere, 'of somebody else');
    expect((await get('-o', path)).code).toBe(2);
    expect((await get('-o', path, '--force')).code).toBe(0);
    expect((await lstat(path)).isSymbolicLink()).toBe(false);
    expect(await readFile(path, 'utf8')).toBe(WHOLE);
    expect(await readFile(elsewhere, 'utf8')).toBe('of somebody else');
  });

  it('leaves a file alone that came to be there while it fetched', async () => {
    const path = join(home, 'copy.txt');
    server.prependListener('request', (request) => {
      if (request.url?.includes('/content')) writeFileSync(path, 'of somebody else');
    });
    expect(await get('-o', path)).toMatchObject({ code: 2, errors: expect.stringContaining('is there already') });
    expect(await readFile(path, 'utf8')).toBe('of somebody else');
    expect(await readdir(home)).toEqual(['copy.txt']);
  });
});
