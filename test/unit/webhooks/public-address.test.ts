import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { callWebhook, newWebhookSecret, signatureOf } from '../../../functions/webhooks/call-webhook.ts';
import { admitUrl, guardedLookup, isPublicAddress, NOT_CALLED } from '../../../functions/webhooks/public-address.ts';

describe('an address that may be called', () => {
  it.each(['8.8.8.8', '1.1.1.1', '223.255.255.254', '2606:4700::1111', '2a00:1450:4001::1'])('is %s', (address) =>
    expect(isPublicAddress(address)).toBe(true),
  );

  it.each([
    ...[
      '0.0.0.0',
      '10.1.2.3',
      '100.64.0.1',
      '127.0.0.1',
      '127.9.9.9',
      '169.254.169.254',
      '172.16.0.1',
      '172.31.255.255',
    ],
    ...['192.0.0.8', '192.168.1.1', '198.18.0.1', '203.0.113.9', '224.0.0.1', '240.0.0.1', '255.255.255.255'],
    ...['::', '::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '64:ff9b::a9fe:a9fe', 'fc00::1', 'fd00:ec2::254', 'fe80::1'],
    ...['2001::1', '2001:db8::1', '2002:7f00:1::', 'ff02::1', 'example.com', ''],
  ])('is not %s', (address) => expect(isPublicAddress(address)).toBe(false));
});

describe('an address that a team names', () => {
  it.each([
    ...[
      'http://example.com/',
      'ftp://example.com/',
      'example.com',
      'https://user:pass@example.com/',
      'https://10.0.0.1/',
    ],
    ...['https://127.1/', 'https://0x7f.1/', 'https://2130706433/', 'https://[::1]/', 'https://[::ffff:10.0.0.1]/'],
    ...['https://169.254.169.254/latest', 'https://localhost/', 'http://127.0.0.1/'],
  ])('is not %s', (url) => expect(() => admitUrl(url, false)).toThrow('Invalid request body'));

  it('is public and has https', () => expect(admitUrl('https://example.com/hook', false).host).toBe('example.com'));

  it('may be on this machine where the settings let it, and nowhere else inside', () => {
    expect(admitUrl('http://127.0.0.1:9/hook', true).port).toBe('9');
    expect(() => admitUrl('http://10.0.0.1/', true)).toThrow('Invalid request body');
    expect(() => admitUrl('http://example.com/', true)).toThrow('Invalid request body');
  });
});

describe('a name', () => {
  const resolved = (name: string, toLoopback: boolean) =>
    new Promise((resolve) => {
      guardedLookup(toLoopback)(name, { all: true }, (error, found) => resolve(error ? error.message : found));
    });

  it('is judged by the address that it stands for at the moment of the call', async () => {
    expect(await resolved('localhost', false)).toBe('This address cannot be called');
    expect(await resolved('localhost', true)).toEqual(
      expect.arrayContaining([expect.objectContaining({ address: expect.any(String) })]),
    );
  });

  it('that leads inside is not connected to, though its address passed when it was named', async () => {
    let called = 0;
    const server = createServer((_, response) => {
      called += 1;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const call = callWebhook(false, () => new Date());
    // A name that resolves to loopback, as one that is rebound after it was looked at would.
    const url = `https://localhost.:${port}/`;
    const secret = newWebhookSecret(new Uint8Array(24));
    const { status, error } = await call({ url, secret, messageId: 'm', body: '{}' });
    expect([status, called]).toEqual([null, 0]);
    expect(error).toBe('This address cannot be called');
    server.close();
  });
});

describe('a receiver', () => {
  const receiving = async (answer: (request: IncomingMessage, response: ServerResponse) => void) => {
    const paths: string[] = [];
    const server = createServer((request, response) => {
      paths.push(request.url ?? '');
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const secret = newWebhookSecret(new Uint8Array(24));
    const called = await callWebhook(
      true,
      () => new Date(),
    )({
      ...{ url: `http://127.0.0.1:${port}/hook`, secret, messageId: 'm', body: '{}' },
    });
    server.closeAllConnections();
    server.close();
    return { ...called, paths };
  };

  it.each([301, 302, 303, 307, 308])('that redirects with %s is not followed', async (status) => {
    const { paths, ...called } = await receiving((_, response) =>
      response.writeHead(status, { location: '/inside' }).end(),
    );
    expect(called).toEqual({ status, error: null });
    expect(paths).toEqual(['/hook']);
  });

  it('whose answer never ends is not listened to beyond its status', async () => {
    const called = await receiving((_, response) => {
      response.writeHead(200);
      const endless = setInterval(() => response.write('x'.repeat(65_536)), 1);
      response.on('close', () => clearInterval(endless));
    });
    expect(called).toMatchObject({ status: 200, error: null });
  });

  it('that sends headers without end is a failure', async () => {
    const called = await receiving((_, response) => {
      response.socket?.write(`HTTP/1.1 200 OK\r\n${'x-more: y\r\n'.repeat(20_000)}`);
    });
    expect(called).toMatchObject({ status: null, error: 'The receiver sent no answer that can be read' });
  });
});

describe('an address that is not called', () => {
  const attempt = async (url: string, toLoopback = false) => {
    const secret = newWebhookSecret(new Uint8Array(24));
    return callWebhook(toLoopback, () => new Date())({ url, secret, messageId: 'm', body: '{}' });
  };

  it.each([
    ['is a private one', 'https://10.0.0.1/'],
    ['is that of instance metadata', 'https://169.254.169.254/'],
    ['is a name of this machine', 'https://localhost./'],
    ['is a name that stands for nothing', 'https://no-such-name.invalid/'],
    ['has another port', 'https://example.com:22/'],
  ])('is answered alike where it %s', async (_, url) => {
    expect(await attempt(url)).toEqual({ status: null, error: NOT_CALLED });
  });

  it('is answered alike where no server listens', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect(await attempt(`http://127.0.0.1:${port}/`, true)).toEqual({ status: null, error: NOT_CALLED });
  });

  it.each(['22', '25', '80', '6379', '8080'])('has port %s, which is refused when it is named', (port) => {
    expect(() => admitUrl(`https://example.com:${port}/`, false)).toThrow('Invalid request body');
  });

  it.each(['443', '8443'])('is none of those with port %s', (port) => {
    expect(admitUrl(`https://example.com:${port}/`, false).hostname).toBe('example.com');
  });
});

describe('a signature', () => {
  it('is that of Standard Webhooks', () => {
    // The example of the specification's reference implementations.
    const signature = signatureOf(
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1614265330,
      '{"test": 2432232314}',
    );
    expect(signature).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });
});
