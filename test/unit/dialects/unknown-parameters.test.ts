import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { dialects } from '../../../functions/dialects/dialects.ts';
import { routes } from '../../../functions/dialects/route-table.ts';
import { LIBRARY_DIALECTS } from '../../../functions/http/dialect.ts';
import type { Route } from '../../../functions/http/route.ts';
import { bindRoute, serveAll } from '../../../functions/http/serve.ts';
import { httpEvent } from '../../support/drivers/http-event.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';

beforeEach(() => void jest.spyOn(console, 'info').mockImplementation(() => undefined));

const api = {
  limit: async () => undefined,
  dialects,
  idempotency: {
    claim: async () => ({
      ...{ state: 'claimed' as const, token: '', seed: Buffer.alloc(32) },
      ...{ isRepeat: false, wasAnswered: false },
    }),
    finish: async () => {},
    renew: async () => true,
    release: async () => {},
  },
  publicUrl: 'https://api.example',
  settings: { allowedOrigins: [], uploadsEnabled: true },
  authenticate: async () => aPrincipal(),
};

/** Calls a route with one parameter; answers its status, its words, and how often the use case was called. */
const ask = async (route: Route, query: Record<string, string>) => {
  const useCase = jest.fn(async () => undefined);
  const handler = serveAll([bindRoute(useCase as never, route as never)], api);
  const path = Object.fromEntries([...route.path.matchAll(/\{(\w+)\+?\}/g)].map(([, name = '']) => [name, '7']));
  const event = httpEvent({
    routeKey: `${route.method} ${route.path}`,
    path,
    query,
    headers: route.dialect === 'admin' ? {} : { authorization: 'Bearer somebody' },
    ...(route.dialect === 'admin' ? { cookies: ['refreshToken=one'] } : {}),
  });
  const { statusCode, body } = await handler(event as never, {} as never);
  return { statusCode, body, calls: useCase.mock.calls.length };
};

const ofLibrary = (routes as unknown as readonly Route[]).filter(({ dialect }) =>
  (LIBRARY_DIALECTS as readonly string[]).includes(dialect),
);
/** The dashboard reads its own address: the functions of its document take any. */
const pages = ofLibrary.filter(({ anyQuery }) => anyQuery);
const all = ofLibrary.filter(({ anyQuery }) => !anyQuery);

describe('a query parameter that a route does not know', () => {
  it('is the business of the page alone where the answer is a page', () =>
    expect(pages.map(({ path }) => path)).toEqual(['/app', '/app/{path+}']));

  it.each(all.map((route) => [`${route.method} ${route.path}`, route] as const))(
    'is refused by %s',
    async (_, route) => {
      const { statusCode, body, calls } = await ask(route, { pagesize: '5' });
      expect([statusCode, calls]).toEqual([400, 0]);
      expect(body).toContain('Invalid query parameters');
      if (route.dialect !== 'v1') expect(body).toContain("Unrecognized key(s) in object: 'pagesize'");
    },
  );
});
