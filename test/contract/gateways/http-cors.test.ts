import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startHttpGateway } from '../../../local/http/gateway.ts';
import type { ListeningService } from '../../../local/ports.ts';
import { scriptedFunctions } from './scripted-functions.ts';

const { host, invocations } = scriptedFunctions({
  media: () => ({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': 'https://own.example', 'x-a': '1' } }),
});
let gateway: ListeningService;

beforeAll(async () => {
  gateway = await startHttpGateway({
    port: 0,
    apiId: 'api123',
    functions: host,
    routes: [{ routeKey: 'ANY /media', functionName: 'media' }],
    cors: {
      AllowCredentials: true,
      AllowHeaders: ['authorization', 'content-type'],
      AllowMethods: ['GET', 'POST'],
      AllowOrigins: ['https://app.example', 'https://two.example'],
      ExposeHeaders: ['x-a'],
      MaxAge: 600,
    },
  });
});

afterAll(() => gateway.stop());

const grants = (response: Response): Record<string, string> =>
  Object.fromEntries([...response.headers].filter(([name]) => name.startsWith('access-control-')));

const preflight = (path: string, origin: string): Promise<Response> =>
  fetch(gateway.url + path, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });

describe('CORS of the HTTP API', () => {
  it('answers a preflight itself, on any path, and never asks the function', async () => {
    for (const path of ['/media', '/no-such-route']) {
      const response = await preflight(path, 'https://two.example');
      expect(response.status).toBe(204);
      expect(grants(response)).toEqual({
        'access-control-allow-origin': 'https://two.example',
        'access-control-allow-credentials': 'true',
        'access-control-allow-methods': 'GET,POST',
        'access-control-allow-headers': 'authorization,content-type',
        'access-control-expose-headers': 'x-a',
        'access-control-max-age': '600',
      });
    }
    expect(invocations).toEqual([]);
  });

  it.each(['https://evil.example', 'https://app.example.evil', 'http://app.example', 'null'])(
    'grants nothing to %s',
    async (origin) => {
      const [asked, sent] = await Promise.all([
        preflight('/media', origin),
        fetch(`${gateway.url}/media`, { headers: { origin } }),
      ]);
      expect([asked.status, grants(asked), sent.status, grants(sent)]).toEqual([204, {}, 200, {}]);
    },
  );

  it('puts its own grants in the place of what the function says', async () => {
    const response = await fetch(`${gateway.url}/media`, { headers: { origin: 'https://app.example' } });
    expect(grants(response)).toEqual({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'x-a',
    });
    expect(response.headers.get('x-a')).toBe('1');
  });

  it('hands an OPTIONS request that is no preflight to its route', async () => {
    invocations.length = 0;
    await fetch(`${gateway.url}/media`, { method: 'OPTIONS' });
    expect(invocations).toHaveLength(1);
  });
});
