import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { edgeDigests, readEdge, visitorBehindEdge } from '../../../functions/http/behind-edge.ts';

const digest = (secret: string): string => createHash('sha256').update(secret).digest('hex');
const DIGESTS = edgeDigests(`${digest('new')},${digest('old')}`);

const eventOf = (headers: Record<string, string>, queryStringParameters?: Record<string, string>) => ({
  headers: { ...headers } as Record<string, string | undefined>,
  queryStringParameters: queryStringParameters as Record<string, string | undefined> | undefined,
  requestContext: { http: { sourceIp: '130.176.0.1' } },
  behindEdge: false,
});

describe('the visitor of a request', () => {
  it.each(['new', 'old'])('is the one that the edge names beside the %s secret', (secret) => {
    const event = eventOf({ 'x-mediashelf-edge': secret, 'x-mediashelf-viewer': '2001:db8::1', accept: '*/*' });
    readEdge(event, DIGESTS);
    expect(event.requestContext.http.sourceIp).toBe('2001:db8::1');
    expect(event.behindEdge).toBe(true);
    expect(event.headers).toEqual({ accept: '*/*' });
  });

  it.each([
    ['no secret', { 'x-mediashelf-viewer': '1.2.3.4' }],
    ['a wrong secret', { 'x-mediashelf-edge': 'newer', 'x-mediashelf-viewer': '1.2.3.4' }],
    ['the digest for the secret', { 'x-mediashelf-edge': digest('new'), 'x-mediashelf-viewer': '1.2.3.4' }],
    ['no address', { 'x-mediashelf-edge': 'new' }],
    ['two addresses', { 'x-mediashelf-edge': 'new', 'x-mediashelf-viewer': '1.2.3.4,5.6.7.8' }],
  ])('is the caller for %s, and what it says of itself is gone', (_, headers) => {
    const event = eventOf(headers as unknown as Record<string, string>, { t: 'w:1' });
    readEdge(event, DIGESTS);
    expect(event.requestContext.http.sourceIp).toBe('130.176.0.1');
    expect(event.behindEdge).toBe(false);
    expect(event.headers).toEqual({});
    expect(event.queryStringParameters).toEqual({ t: 'w:1' });
  });

  it('is never another one in a stack without an edge', () => {
    const headers = { 'x-mediashelf-edge': 'off', 'x-mediashelf-viewer': '1.2.3.4' };
    expect(visitorBehindEdge(headers, edgeDigests('off'))).toBeUndefined();
    expect(visitorBehindEdge({ ...headers, 'x-mediashelf-edge': '' }, edgeDigests('off'))).toBeUndefined();
  });
});

describe('parameters that the edge folded', () => {
  const read = (query: Record<string, string>) => {
    const event = eventOf({ 'x-mediashelf-edge': 'new', 'x-mediashelf-viewer': '1.2.3.4' }, query);
    readEdge(event, DIGESTS);
    return { query: event.queryStringParameters, accept: event.headers.accept };
  };

  it('are those of the address again', () => {
    expect(read({ t: 'h:300,w:400', f: 'webp', m: 'abc' })).toEqual({
      query: { h: '300', w: '400' },
      accept: 'image/webp',
    });
    expect(read({ m: 'abc', preview: 'p' })).toEqual({ query: { preview: 'p' }, accept: undefined });
    expect(read({ after: 'x' })).toEqual({ query: { after: 'x' }, accept: undefined });
  });

  it('ask for JPEG where a picture is opaque, and else for PNG', () => {
    expect(read({ t: 'w:1', f: 'jpeg' }).accept).toBe('image/jpeg, image/png;q=0.9');
  });
});
