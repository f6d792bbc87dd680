import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { MediaError } from '../../../functions/domain/errors.ts';
import { serveWeb } from '../../../functions/web/serve-web.ts';

const SHELL =
  '<meta name="mediashelf:socket" content=""><meta name="mediashelf:session" content=""><meta name="mediashelf:mail" content=""><meta name="mediashelf:retention" content=""><meta name="mediashelf:edge" content="">';
const read: string[] = [];
const open = (socketUrl = 'wss://sockets.example.com/ws') =>
  serveWeb({
    names: ['index.mjs', 'index.html.gz', 'shared.html.gz', 'index-abc.js.gz', 'index-abc.css.gz'],
    read: async (name) => {
      read.push(name);
      return gzipSync(
        name === 'index.html.gz' ? SHELL : name === 'shared.html.gz' ? 'for visitors' : `the text of ${name}`,
      );
    },
    publicUrl: 'https://media.example.com',
    socketUrl,
    filesUrl: 'https://bucket.s3.eu-west-1.amazonaws.com',
    mail: 'on',
    retentionDays: 7,
    hasEdge: true,
  });
const ASKED = { unpack: false };
const page = (web: ReturnType<typeof open>, hasSession = true, known: readonly string[] = []) =>
  web.page({ input: { ...ASKED, path: '', known, hasSession } });

describe('the function of the dashboard', () => {
  it('serves the built files alone, and reads no other', async () => {
    const web = open();
    const { packed, type } = await web.file({ input: { ...ASKED, file: 'index-abc.js' } });
    expect(gunzipSync(packed).toString()).toBe('the text of index-abc.js.gz');
    expect(type).toBe('text/javascript; charset=utf-8');
    read.length = 0;
    for (const file of [
      'index-old.js',
      '../index.mjs',
      'index.mjs',
      'index.html',
      'shared.html',
      'index-abc.js.gz',
      '__proto__.js',
      '',
    ]) {
      await expect(web.file({ input: { ...ASKED, file } })).rejects.toThrow(MediaError);
    }
    expect(read).toEqual([]);
  });

  it('tells the page where the sockets are, if that is elsewhere, whether there may be a session, and how long files are kept', async () => {
    const text = async (web: ReturnType<typeof open>, hasSession: boolean) =>
      gunzipSync((await page(web, hasSession)).packed).toString();
    const kept = SHELL.replace('retention" content=""', 'retention" content="7"')
      .replace('mail" content=""', 'mail" content="on"')
      .replace('edge" content=""', 'edge" content="some"');
    expect(await text(open(), true)).toBe(
      kept
        .replace('socket" content=""', 'socket" content="wss://sockets.example.com/ws"')
        .replace('session" content=""', 'session" content="some"'),
    );
    expect(await text(open('wss://media.example.com/ws'), false)).toBe(
      kept.replace('session" content=""', 'session" content="none"'),
    );
  });

  it('has a document of its own for visitors of a share link, which tells nothing of the library', async () => {
    const web = open();
    const textAt = async (path: string) => {
      const { packed } = await web.page({ input: { ...ASKED, path, known: [], hasSession: false } });
      return gunzipSync(packed).toString();
    };
    expect(await Promise.all(['s', 's/', 'sets', 'files/s'].map(textAt))).toEqual([
      ...['for visitors', 'for visitors'],
      ...[expect.stringContaining('mediashelf:session'), expect.stringContaining('mediashelf:session')],
    ]);
  });

  it('knows the version that a browser has', async () => {
    const web = open();
    const { etag, isKnown } = await page(web);
    expect(isKnown).toBe(false);
    expect((await page(web, true, ['"old"', etag])).isKnown).toBe(true);
    // Without a session it is another document.
    expect((await page(web, false, [etag])).isKnown).toBe(false);
  });
});
