import { describe, expect, it } from '@jest/globals';
import { compileRoutes } from '../../../local/http/routes.ts';

const matcher = (...keys: string[]) => compileRoutes(keys.map((routeKey) => ({ routeKey, functionName: routeKey })));

describe('routes of the HTTP API', () => {
  const match = matcher(
    '$default',
    'ANY /{proxy+}',
    'GET /pets/{proxy+}',
    'GET /pets/dog/{id}',
    'GET /pets/dog/1',
    'ANY /pets/dog/1',
    'PATCH /pets/{kind}/{number}',
  );

  it.each([
    ['GET', '/pets/dog/1', 'GET /pets/dog/1'],
    ['POST', '/pets/dog/1', 'ANY /pets/dog/1'],
    ['GET', '/pets/dog/2', 'GET /pets/dog/{id}'],
    ['GET', '/pets/cat/5', 'GET /pets/{proxy+}'],
    ['PATCH', '/pets/dog/2', 'PATCH /pets/{kind}/{number}'],
    ['POST', '/test/5', 'ANY /{proxy+}'],
    ['GET', '/', '$default'],
  ])('gives %s %s to %s', (method, path, routeKey) => {
    expect(match(method, path)?.routeKey).toBe(routeKey);
  });

  it('names the parameters after the route that matched, not after its neighbours', () => {
    expect(match('GET', '/pets/dog/7')?.pathParameters).toEqual({ id: '7' });
    expect(match('PATCH', '/pets/dog/7')?.pathParameters).toEqual({ kind: 'dog', number: '7' });
    expect(match('GET', '/pets/cat/5/toys')?.pathParameters).toEqual({ proxy: 'cat/5/toys' });
  });

  it('leaves out the parameters of a route that has none', () => {
    expect(match('GET', '/pets/dog/1')).not.toHaveProperty('pathParameters');
  });

  it('turns back from a literal that leads nowhere', () => {
    const routes = matcher('GET /media/upload/parts', 'GET /media/{id}/tags');
    expect(routes('GET', '/media/upload/tags')?.pathParameters).toEqual({ id: 'upload' });
  });

  it.each([
    ['another method', 'DELETE', '/media/1'],
    ['HEAD, which is a method of its own', 'HEAD', '/media/1'],
    ['a trailing slash', 'GET', '/media/1/'],
    ['an empty parameter', 'GET', '/media/'],
    ['a longer path', 'GET', '/media/1/tags'],
  ])('matches nothing for %s', (_case, method, path) => {
    expect(matcher('GET /media/{id}')(method, path)).toBeUndefined();
  });

  it('gives the empty rest behind a slash to a greedy parameter below a path', () => {
    const routes = matcher('GET /app', 'GET /app/{path+}', 'GET /app/assets/{file}');
    expect(routes('GET', '/app/')).toMatchObject({ routeKey: 'GET /app/{path+}', pathParameters: { path: '' } });
    expect(routes('GET', '/app/assets/')?.routeKey).toBe('GET /app/{path+}');
    expect(routes('GET', '/')).toBeUndefined();
  });

  it('never takes a property of Object for a route', () => {
    expect(matcher('GET /media/{id}')('constructor', '/__proto__/toString')).toBeUndefined();
  });

  it('refuses keys that API Gateway would refuse', () => {
    expect(() => matcher('GET media')).toThrow('expected "METHOD /path"');
    expect(() => matcher('GET /{all+}/more')).toThrow('last segment');
  });
});
