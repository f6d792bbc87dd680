import { generateKeyPairSync } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { getSignedCookies, getSignedUrl } from '@aws-sdk/cloudfront-signer';
import { describe, expect, it } from '@jest/globals';
import { answerFrom } from '../../../local/edge/conditional.ts';
import { loadProgram, type ProgramRequest } from '../../../local/edge/program.ts';
import { cookieText, queryText, viewerRequest } from '../../../local/edge/request.ts';
import { isSigned } from '../../../local/edge/signed.ts';

const asked = (url: string, headers: Record<string, string> = {}): IncomingMessage =>
  ({
    url,
    method: 'GET',
    headers,
    headersDistinct: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
  }) as unknown as IncomingMessage;

describe('a program at the edge', () => {
  const request: ProgramRequest = { method: 'GET', uri: '/x', querystring: {}, headers: {}, cookies: {} };

  it('is refused with more than 10 KB', () => {
    expect(() => loadProgram(`function handler(event) { return event.request; } /*${'x'.repeat(10_240)}*/`)).toThrow(
      '10240',
    );
  });

  it.each([
    ['a network', 'fetch("http://x")'],
    ['files', 'require("fs")'],
    ['a process', 'process.env'],
    ['timers', 'setTimeout(() => {}, 1)'],
    ['code from text', 'eval("1")'],
    ['functions from text', 'new Function("return 1")()'],
  ])('has no %s', (_, code) => {
    const program = loadProgram(`function handler(event) { ${code}; return event.request; }`);
    expect(() => program(request, '127.0.0.1')).toThrow(/not defined|no module|Code generation/);
  });

  it.each([
    '(() => {}).constructor("return 1")()',
    'require.constructor("return process")()',
    'require("crypto").createHash.constructor("return process")()',
    'require("crypto").createHash("md5").update.constructor("return process")()',
    'event.constructor.constructor("return process")()',
    'this.constructor.constructor("return process")()',
    'new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))',
  ])('reaches nothing of the process through an object: %s', (code) => {
    const program = loadProgram(`function handler(event) { ${code}; return event.request; }`);
    expect(() => program(request, '127.0.0.1')).toThrow(/code generation/i);
  });

  it('has no global of Node.js', () => {
    const names = ['process', 'Buffer', 'global', 'module', 'URL', 'TextEncoder', 'queueMicrotask', 'structuredClone'];
    const program = loadProgram(
      `function handler() { return { statusCode: 200, body: [${names.map((name) => `typeof ${name}`)}].join() }; }`,
    );
    expect(program(request, '127.0.0.1')).toMatchObject({ body: names.map(() => 'undefined').join() });
  });

  it('says what is wrong with the name of a hash', () => {
    const code = 'require("crypto").createHash("nothing").update("a").digest("hex")';
    const program = loadProgram(`function handler(event) { ${code}; return event.request; }`);
    expect(() => program(request, '127.0.0.1')).toThrow('Digest method not supported');
  });

  it('hashes with the one module that there is, and answers in the place of an origin', () => {
    const program = loadProgram(
      `const crypto = require('crypto');
       function handler(event) {
         return { statusCode: 403, body: crypto.createHash('sha256').update(event.viewer.ip).digest('hex') };
       }`,
    );
    expect(program(request, '127.0.0.1')).toEqual({
      statusCode: 403,
      body: '12ca17b49af2289436f303e0166030a21e525d266e209267433801a8fd4071a0',
    });
  });

  it('is ended when it never ends', () => {
    const program = loadProgram('function handler(event) { while (true) {} }');
    expect(() => program(request, '127.0.0.1')).toThrow('timed out');
  });
});

describe('a request at the edge', () => {
  const names = (request: ProgramRequest) => Object.keys(request.querystring);

  it('keeps doubled parameters, their order and their percent signs', () => {
    const request = viewerRequest(asked('/m?b=%2f&a=1&b=2'), false);
    expect(queryText(request, 'all')).toBe('b=%2f&b=2&a=1');
    expect(queryText(request, ['a'])).toBe('a=1');
  });

  it('has no parameters of a signature, where addresses are signed', () => {
    const url = '/o/x?Expires=1&Policy=p&Signature=s&Key-Pair-Id=k&Hash-Algorithm=SHA256&w=1';
    expect(names(viewerRequest(asked(url), true))).toEqual(['w']);
    expect(names(viewerRequest(asked(url), false))).toContain('Signature');
  });

  it('has cookies apart from headers', () => {
    const request = viewerRequest(asked('/', { cookie: 'a=1; b=2=3', 'x-one': '1' }), false);
    expect(cookieText(request, 'all')).toBe('a=1; b=2=3');
    expect(Object.keys(request.headers)).toEqual(['x-one']);
  });
});

describe('a kept answer', () => {
  const whole = {
    status: 200,
    headers: { etag: 'W/"one"', 'content-type': 'text/plain', 'content-length': '10' },
    body: Buffer.from('0123456789'),
  };
  const part = (range: string) => {
    const { status, headers, body } = answerFrom(whole, { ifNoneMatch: undefined, range });
    return [status, headers['content-range'], body.toString()];
  };

  it.each([
    ['bytes=0-3', 206, 'bytes 0-3/10', '0123'],
    ['bytes=8-', 206, 'bytes 8-9/10', '89'],
    ['bytes=-3', 206, 'bytes 7-9/10', '789'],
    ['bytes=-30', 206, 'bytes 0-9/10', '0123456789'],
    ['bytes=4-400', 206, 'bytes 4-9/10', '456789'],
    ['bytes=10-', 416, 'bytes */10', ''],
    ['bytes=-0', 416, 'bytes */10', ''],
    ['bytes=5-2', 200, undefined, '0123456789'],
    ['bytes=0-1,4-5', 200, undefined, '0123456789'],
    ['lines=0-1', 200, undefined, '0123456789'],
  ])('is answered in part: %s', (range, status, contentRange, text) => {
    expect(part(range)).toEqual([status, contentRange, text]);
  });

  it('is sent whole where If-Range names another one', () => {
    const strong = { ...whole, headers: { ...whole.headers, etag: '"one"' } };
    const ifRange = (etag: string) =>
      answerFrom(strong, { ifNoneMatch: undefined, range: 'bytes=0-3', ifRange: etag }).status;
    expect([ifRange('"one"'), ifRange('"two"'), ifRange('W/"one"')]).toEqual([206, 200, 200]);
  });

  it.each(['"one"', 'W/"one"', '"other", W/"one"', '*'])(
    'is not sent again to a viewer that has it: %s',
    (ifNoneMatch) => {
      const { status, headers, body } = answerFrom(whole, { ifNoneMatch, range: 'bytes=0-3' });
      expect([status, headers.etag, headers['content-length'], body.length]).toEqual([304, 'W/"one"', undefined, 0]);
    },
  );

  it('is sent to a viewer that has another one, and an error always', () => {
    expect(answerFrom(whole, { ifNoneMatch: '"two"', range: undefined }).status).toBe(200);
    const error = { ...whole, status: 404 };
    expect(answerFrom(error, { ifNoneMatch: '*', range: 'bytes=0-1' })).toBe(error);
  });
});

describe('a signed address', () => {
  const origin = 'http://127.0.0.1:3000';
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const keys = new Map([['K1', publicKey]]);
  const now = Date.parse('2026-01-01T00:00:00Z');
  const dateLessThan = new Date(now + 300_000).toISOString();
  const signed = (path: string) =>
    getSignedUrl({ url: `${origin}${path}`, keyPairId: 'K1', privateKey, dateLessThan }).slice(origin.length);
  const opens = (url: string, at = now, headers: Record<string, string> = {}) =>
    isSigned(asked(url, headers), { origin, keys, now: at });

  it('opens until its time is over', () => {
    const url = signed('/o/team/media/1/small');
    expect([opens(url), opens(url, now + 299_999), opens(url, now + 300_000)]).toEqual([true, true, false]);
  });

  it.each([
    ['another path', (url: string) => url.replace('/small', '/large')],
    ['a later end', (url: string) => url.replace(/Expires=(\d)/, 'Expires=9$1')],
    ['another key', (url: string) => url.replace('K1', 'K2')],
    ['a parameter more', (url: string) => `${url}&response-content-type=text/html`],
    ['no signature', (url: string) => url.replace(/Signature=[^&]*/, 'Signature=')],
    ['a signature of other letters', (url: string) => url.replace(/Signature=[^&]{8}/, 'Signature=AAAAAAAA')],
    ['no key', (url: string) => url.replace(/&Key-Pair-Id=K1/, '')],
    ['a case of another path', (url: string) => url.replace('/team/', '/TEAM/')],
  ])('is refused with %s', (_, changed) => {
    expect(opens(changed(signed('/o/team/media/1/small')))).toBe(false);
  });

  it('is one of the paths that cookies open, and no other', () => {
    const policy = JSON.stringify({
      Statement: [
        {
          Resource: `${origin}/o/team/*`,
          Condition: { DateLessThan: { 'AWS:EpochTime': Math.floor(now / 1000) + 300 } },
        },
      ],
    });
    const cookies = getSignedCookies({ policy, keyPairId: 'K1', privateKey });
    const cookie = Object.entries(cookies)
      .map(([name, value]) => `${name}=${value}`)
      .join('; ');
    const withCookie = (path: string, at = now) => opens(path, at, { cookie });
    expect(withCookie('/o/team/media/1/small')).toBe(true);
    expect(withCookie('/o/team/media/1/small', now + 300_001)).toBe(false);
    for (const path of ['/o/other/media/1/small', '/o/teams/x', '/o/Team/x'])
      expect([path, withCookie(path)]).toEqual([path, false]);
    // An address with a signature of its own is judged by that alone.
    expect(withCookie('/o/team/media/1/small?Signature=x&Key-Pair-Id=K1&Expires=1')).toBe(false);
  });
});
