import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startHttpGateway } from '../../../local/http/gateway.ts';
import type { ListeningService } from '../../../local/ports.ts';
import { serveWelcome } from '../../../local/welcome/serve.ts';
import { welcomeToken } from '../../../local/welcome/token.ts';
import { sendRaw } from './raw-http.ts';
import { scriptedFunctions } from './scripted-functions.ts';

const INFO = {
  http: 'http://127.0.0.1:3000',
  ws: 'ws://127.0.0.1:3000/ws',
  s3: 'http://127.0.0.1:3001',
  dynamodb: 'http://127.0.0.1:3002',
  table: 'the-table',
  bucket: '<b>bucket & "co"</b>',
};
const OWNER = { email: 'owner@mediashelf.local', password: 'pass$&word', apiKey: 'sk_live_0123' };

const MAIL = {
  ...{ id: 'm', at: '2026-01-01T00:00:00.000Z', from: 'm@localhost', to: ['new@example.com'] },
  ...{ subject: 'An <i>invitation</i>', html: '' },
  text: 'Open it:\nhttp://127.0.0.1:3000/app/invitation#token=a_b-c\n<script>alert(1)</script>',
};

let gateway: ListeningService;

beforeAll(async () => {
  const fallback = serveWelcome(
    () => ({ ...INFO, owner: OWNER, mails: () => [MAIL] }),
    new URL('../../../', import.meta.url),
  );
  gateway = await startHttpGateway({
    port: 0,
    routes: [],
    apiId: 'api',
    functions: scriptedFunctions({}).host,
    fallback,
  });
});

afterAll(() => gateway.stop());

const printed = () => `${gateway.url}/?token=${welcomeToken(OWNER)}`;
const asHost = (host: string, path = '/') =>
  sendRaw(gateway.url, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);

describe('the welcome page', () => {
  it('names addresses and owner, and escapes what it names', async () => {
    const html = await (await fetch(printed())).text();
    for (const shown of [INFO.ws, INFO.s3, INFO.dynamodb, INFO.table, OWNER.email]) expect(html).toContain(shown);
    expect(html).toContain('data-secret="pass$&amp;word"');
    expect(html).toContain('&lt;b&gt;bucket &amp; &quot;co&quot;&lt;/b&gt;');
    expect(html).not.toContain('<b>bucket');
  });

  it('tells who does not have the printed address neither password nor key, as other users of the machine do not', async () => {
    const other = welcomeToken({ apiKey: 'sk_live_0124' });
    for (const query of [
      '',
      '?token=',
      `?token=${other}`,
      `?token=${welcomeToken(OWNER)}x`,
      `?Token=${welcomeToken(OWNER)}`,
    ]) {
      const html = await (await fetch(`${gateway.url}/${query}`)).text();
      expect(html).toContain(INFO.table);
      for (const secret of [...Object.values(OWNER), 'pass$&amp;word']) expect(html).not.toContain(secret);
    }
    expect(welcomeToken(OWNER)).not.toContain(OWNER.apiKey);
  });

  it('shows the mails that were sent to the owner alone, with their links and as texts', async () => {
    const html = await (await fetch(printed())).text();
    expect(html).toContain('An &lt;i&gt;invitation&lt;/i&gt; · new@example.com');
    expect(html).toContain('<a href="http://127.0.0.1:3000/app/invitation#token=a_b-c" rel="noreferrer">');
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    const other = await (await fetch(`${gateway.url}/`)).text();
    for (const secret of ['a_b-c', 'new@example.com', 'invitation&lt;']) expect(other).not.toContain(secret);
  });

  it('shows dots in the place of secrets until asked', async () => {
    const html = await (await fetch(printed())).text();
    const visible = html.replace(/<[^>]*>/g, '');
    expect(visible).not.toContain(OWNER.apiKey);
    expect(visible).toContain('KEY=••••');
  });

  it('runs its own script and style alone, and asks no other host for anything', async () => {
    const response = await fetch(printed());
    const html = await response.text();
    const policy = response.headers.get('content-security-policy') ?? '';
    for (const tag of ['style', 'script']) {
      const inline = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(html)?.[1] ?? '';
      expect(policy).toContain(`${tag}-src 'sha256-${createHash('sha256').update(inline).digest('base64')}'`);
    }
    expect(policy).toContain("default-src 'none'");
    expect(html.match(/(?:src|href)="(?!data:|\/docs\/|\/app\/"|http:\/\/127\.0\.0\.1:3000\/app\/)[^"]*"/g)).toBeNull();
  });

  it.each(['127.0.0.1:3000', 'localhost', 'LOCALHOST:1', '[::1]:80'])('is shown to %s', async (host) => {
    expect(await asHost(host)).toMatch(/^HTTP\/1.1 200 /);
  });

  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:3000', '192.168.0.1', ''])(
    'is not shown to the host "%s"',
    async (host) => {
      const raw = await asHost(host, printed().slice(gateway.url.length));
      expect(raw).toMatch(/^HTTP\/1.1 403 /);
      expect(raw).not.toContain(OWNER.apiKey);
    },
  );

  it('is not shown to a script of another page', async () => {
    for (const path of [printed().slice(gateway.url.length), '/docs/README.md'])
      for (const origin of ['https://evil.example', 'http://localhost:5173', 'null']) {
        const answer = await fetch(`${gateway.url}${path}`, { headers: { origin } });
        expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([403, null]);
        expect(await answer.text()).not.toContain(OWNER.apiKey);
      }
    expect((await fetch(gateway.url, { headers: { origin: gateway.url } })).status).toBe(200);
  });

  it('links to documents that open, as plain text and for loopback alone', async () => {
    const html = await (await fetch(gateway.url)).text();
    const links = [...html.matchAll(/href="(\/docs\/[^"]+)"/g)].map(([, href]) => href ?? '');
    expect(links).toContain('/docs/architecture.md');
    for (const link of links) {
      const response = await fetch(gateway.url + link);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
      expect(await asHost('evil.example', link)).toMatch(/^HTTP\/1.1 403 /);
    }
  });

  it.each(['/docs/../package.json', '/docs/package.json', '/docs/%2e%2e/package.json', '/docs/'])(
    'opens no other file: %s',
    async (path) => {
      expect(await asHost('localhost', path)).toMatch(/^HTTP\/1.1 404 /);
    },
  );

  it('leaves writes to the API', async () => {
    expect((await fetch(gateway.url, { method: 'POST' })).status).toBe(404);
  });
});
