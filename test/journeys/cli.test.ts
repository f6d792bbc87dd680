import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from '../../client/node.ts';
import { type Ended, jsonLines, startCommand } from '../support/drivers/command.ts';
import { eventually } from '../support/drivers/eventually.ts';
import { type Operator, operator } from '../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { distinct, photo } from '../support/fixtures/pictures.ts';

/** The benchmark does the same with a thousand. */
const FILES = 40;
const BYTES = 20_000;
let runtime: Runtime;
let ops: Operator;
let home: string;
let folder: string;
/** Of two files with the same bytes, the name of the one that came first. */
let uploaded: string;

const mediashelf = (words: readonly string[], options?: Parameters<typeof startCommand>[2]): Promise<Ended> =>
  startCommand(home, words, options).ended;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'mediashelf-home-'));
  folder = join(home, 'files');
  await mkdir(join(folder, 'deeper'), { recursive: true });
  runtime = await startRuntime();
  ops = operator(runtime.ready);
}, 120_000);
afterAll(async () => {
  await runtime?.stop();
  await rm(home, { recursive: true, force: true });
});

describe('mediashelf', () => {
  it('says how it is used, and ends with 2 where a command line cannot be followed', async () => {
    const overview = await mediashelf(['--help']);
    expect(overview).toMatchObject({ code: 0, errors: '' });
    for (const name of [
      'login',
      'upload',
      'ls',
      'search',
      'get',
      'edit',
      'rm',
      'restore',
      'tags',
      'collections',
      'share',
      'watch',
    ]) {
      expect(overview.out).toContain(`  ${name} `);
      expect((await mediashelf([name, '--help'])).out).toMatch(/Examples?\n {2}mediashelf /);
    }
    const wrong = [[], ['frobnicate'], ['ls', '--nonsense'], ['get'], ['upload'], ['upload', '/nowhere', '--json']];
    for (const words of wrong.slice(0, 4)) expect([words, (await mediashelf(words)).code]).toEqual([words, 2]);
    expect((await mediashelf(['ls'])).code).toBe(3);
  }, 120_000);

  it('ends with 4 where no server answers', async () => {
    const env = { MEDIASHELF_URL: 'http://127.0.0.1:9', MEDIASHELF_KEY: 'sk_live_x' };
    const { code, errors } = await mediashelf(['ls', '--json'], { env });
    expect([code, JSON.parse(errors).code]).toEqual([4, 'NETWORK']);
  });

  it('keeps what signs in to itself', async () => {
    const { http, apiKey, email, password } = runtime.ready;
    const credentials = join(home, '.config', 'mediashelf', 'credentials.json');
    expect((await mediashelf(['login', http, '--email', email], { input: 'wrong\n' })).code).toBe(3);
    const { code, out } = await mediashelf(['login', http, '--email', email], { input: `${password}\n` });
    expect([code, out]).toEqual([0, expect.stringContaining(`Signed in to ${http} as ${email}`)]);
    expect((await stat(credentials)).mode & 0o777).toBe(0o600);
    // What was used up is exchanged, and kept.
    const kept = JSON.parse(await readFile(credentials, 'utf8'));
    await writeFile(credentials, JSON.stringify({ ...kept, tokens: { ...kept.tokens, accessToken: 'e30.e30.e30' } }));
    expect((await mediashelf(['tags'])).code).toBe(0);
    expect(JSON.parse(await readFile(credentials, 'utf8')).tokens.refreshToken).not.toBe(kept.tokens.refreshToken);
    expect((await mediashelf(['logout'])).code).toBe(0);
    expect((await mediashelf(['ls'])).code).toBe(3);
    expect((await mediashelf(['login', http, '--key'], { input: `${apiKey}\n` })).code).toBe(0);
  });

  it(`uploads ${FILES} files with one line of summary, and none of them a second time`, async () => {
    for (let index = 0; index < FILES; index += 1) {
      const name = join(folder, index % 2 === 0 ? 'deeper' : '.', `note ${index}.txt`);
      await writeFile(name, `${index} `.repeat(BYTES).slice(0, BYTES));
    }
    await writeFile(join(folder, '.hidden.txt'), 'hidden');
    await writeFile(join(folder, 'program.exe'), 'MZ');
    await symlink(join(folder, 'deeper'), join(folder, 'loop'));
    const first = await mediashelf(['upload', folder, '--tags', 'notes,At dawn', '--concurrency', '8']);
    expect(first).toMatchObject({ code: 0, errors: '' });
    expect(first.out).toMatch(/^40 files: 40 uploaded \(781 KiB in [\d.]+ s\), 0 already there, 0 failed\n$/);
    const records = jsonLines((await mediashelf(['ls', '--all', '--json', '--tags', 'at-dawn'])).out);
    expect(records).toHaveLength(FILES);
    expect(new Set(records.map(({ status, fileSize }) => `${status} ${fileSize}`))).toEqual(new Set(['active 20000']));

    const second = await mediashelf(['upload', folder]);
    expect(second.out).toMatch(/^40 files: 0 uploaded \(0 B in [\d.]+ s\), 40 already there, 0 failed\n$/);
    expect(await ops.keys('originals/')).toHaveLength(FILES);
    expect((await mediashelf(['ls', '--pending'])).out).toBe('');
  }, 400_000);

  it('sends one of two copies, says what was refused, and ends with 1 then', async () => {
    const mixed = join(home, 'mixed');
    await mkdir(mixed);
    const picture = distinct(await photo(300, 200), 'mixed');
    await writeFile(join(mixed, 'a.jpg'), picture);
    await writeFile(join(mixed, 'b.jpg'), picture);
    await writeFile(join(mixed, 'page.png'), '<!doctype html><title>x</title>');
    const { code, out } = await mediashelf(['upload', mixed, '--json', '--visibility', 'private']);
    const lines = jsonLines(out);
    const { summary } = lines.pop();
    expect(code).toBe(1);
    expect(summary).toMatchObject({ files: 3, uploaded: 1, skipped: 1, failed: 1 });
    const by = (name: string) => lines.find(({ path }) => path.endsWith(name));
    expect([by('a.jpg').status, by('b.jpg').status].toSorted()).toEqual(['active', 'duplicate']);
    expect(by('a.jpg').mediaId).toBe(by('b.jpg').mediaId);
    uploaded = by('a.jpg').status === 'active' ? 'a.jpg' : 'b.jpg';
    expect(by('page.png')).toMatchObject({ status: 'rejected', code: 'CONTENT_MISMATCH' });
  });

  it('finds, shows, downloads, deletes, restores and tags', async () => {
    const search = async () => jsonLines((await mediashelf(['search', uploaded, '--type', 'image', '--json'])).out);
    // Search follows a moment later than the upload's end.
    await eventually(async () =>
      expect(await search()).toContainEqual(expect.objectContaining({ filename: uploaded })),
    );
    const found = (await search()).find(({ filename }) => filename === uploaded);
    const copy = join(home, 'copy.jpg');
    const got = await mediashelf(['get', found.id, '-o', copy, '--json']);
    expect([got.code, JSON.parse(got.out)]).toEqual([
      0,
      { id: found.id, path: copy, bytes: found.fileSize, sha256: found.checksum },
    ]);
    expect((await mediashelf(['get', found.id, '-o', copy])).code).toBe(2);
    expect((await mediashelf(['get', found.id, '--rendition', 'small', '-o', '-'])).out).toContain('WEBP');
    expect((await mediashelf(['tags', 'add', found.id, 'Quay'])).out).toBe('quay\n');
    expect((await mediashelf(['ls', '--tags', 'quay'])).out).toContain(found.id);
    expect((await mediashelf(['tags', 'remove', found.id, 'quay'])).out).toBe('\n');
    const made = (await mediashelf(['collections', 'create', 'Harbour', found.id])).out.trim();
    expect((await mediashelf(['collections'])).out).toMatch(/Harbour +1/);
    expect((await mediashelf(['collections', 'show', made])).out).toBe(`${found.id} ${uploaded}\n`);
    expect((await mediashelf(['collections', 'remove', made, found.id])).code).toBe(0);
    expect((await mediashelf(['collections', 'show', made])).out).toBe('');
    expect((await mediashelf(['collections', 'add', made, found.id])).out).toBe(`${made}\n`);
    const [renamed] = jsonLines((await mediashelf(['collections', 'rename', made, 'Quay', '--json'])).out);
    expect(renamed).toMatchObject({ name: 'Quay', count: 1 });
    expect((await mediashelf(['collections', 'delete', made])).out).toBe(`${made} deleted\n`);
    expect((await mediashelf(['collections', 'show', made])).code).toBe(1);
    const words = ['share', found.id, '--name', 'Quay', '--expires', '7d', '--password'];
    const address = (await mediashelf(words, { input: 'a word for guests\n' })).out.trim();
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/app\/s#[\w-]{43}$/);
    const [link] = jsonLines((await mediashelf(['share', 'list', '--json'])).out);
    expect(link).toMatchObject({ name: 'Quay', records: 1, hasPassword: true, isOpen: true });
    expect((await mediashelf(['share', 'list'])).out).toMatch(/Quay +1 +0 /);
    expect((await mediashelf(['share', 'revoke', link.id])).out).toBe(`${link.id} revoked\n`);
    expect((await mediashelf(['share', 'list'])).out).toBe('');
    expect((await mediashelf(['share', found.id, '--expires', 'soon'])).code).toBe(2);
    expect((await mediashelf(['rm', found.id])).out).toBe(`${found.id} deleted\n`);
    expect((await mediashelf(['ls', '--trash'])).out).toContain(found.id);
    expect((await mediashelf(['restore', found.id])).out).toBe(`${found.id} restored\n`);
    const purged = await mediashelf(['rm', '--purge', found.id, 'nothing']);
    expect([purged.code, purged.out]).toEqual([1, `${found.id} purged\n`]);
    expect((await mediashelf(['get', found.id])).code).toBe(1);
  }, 200_000);

  it('lists all that there is and nothing twice, also where the last page is full', async () => {
    const { call } = createClient({ url: runtime.ready.http, apiKey: runtime.ready.apiKey });
    const names = Array.from({ length: 100 }, (_, index) => `begun ${index}.txt`);
    for (const filename of names) {
      await call('POST /api/v1/uploads', { body: { filename, fileSize: 1, mimeType: 'text/plain' } });
    }
    for (const limit of [['--all'], ['--limit', '150']]) {
      const { out } = await mediashelf(['ls', '--pending', '--json', ...limit]);
      expect(jsonLines(out).map(({ filename }) => filename)).toEqual(names.toReversed());
    }
  });

  it('watches, and begins where it is told to', async () => {
    const { code, out } = await mediashelf(['watch', '--json', '--since', '0', '--count', '3']);
    expect(code).toBe(0);
    expect(jsonLines(out).map(({ seq, event }) => [seq, event])).toEqual([
      [1, 'media.created'],
      [2, 'media.created'],
      [3, 'media.created'],
    ]);
    const lines = await mediashelf(['watch', '--since', '0', '--count', '1']);
    expect(lines.out).toMatch(/^\d\d:\d\d:\d\d media\.created {2}note \d+\.txt {2}[\w-]+\n$/);
  });

  it('says why it cannot watch, and ends', async () => {
    expect(await mediashelf(['watch', '--team', 'nowhere'])).toMatchObject({ code: 1, out: '' });
    const env = { MEDIASHELF_REALTIME_URL: 'ws://127.0.0.1:9/ws' };
    const { code, errors } = await mediashelf(['watch', '--json'], { env });
    const error = 'No WebSocket can be opened at ws://127.0.0.1:9/ws; realtimeUrl names another address';
    expect([code, JSON.parse(errors)]).toEqual([4, { error, code: 'NETWORK' }]);
  });
});
