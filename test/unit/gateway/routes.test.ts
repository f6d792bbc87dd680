import { describe, expect, it } from '@jest/globals';
import { matcher } from '../../../functions/gateway/routes.ts';

const match = matcher([
  { method: 'PUT', path: '/media/{id}/file', handler: 'replace' },
  { method: 'POST', path: '/media/{id}', handler: 'one' },
  { method: 'POST', path: '/media/upload', handler: 'upload' },
  { method: 'POST', path: '/a.b/c', handler: 'dot' },
]);

describe('the routes of the upload gateway', () => {
  it('takes a path that is written out before one with a parameter', () => {
    expect(match('POST', '/media/upload')?.handler).toBe('upload');
    expect(match('POST', '/media/7')).toEqual({
      routeKey: 'POST /media/{id}',
      pathParameters: { id: '7' },
      handler: 'one',
    });
  });

  it('names the parameters', () => {
    expect(match('PUT', '/media/7/file')?.pathParameters).toEqual({ id: '7' });
  });

  it.each([
    ['GET', '/media/upload'],
    ['POST', '/media/upload/'],
    ['POST', '/media'],
    ['POST', '/axb/c'],
    ['PUT', '/media/7/8/file'],
  ])('knows no %s %s', (method, path) => {
    expect(match(method, path)).toBeUndefined();
  });
});
