import { describe, expect, it } from '@jest/globals';
import { v1CreateMedia } from '../../../functions/api/v1/media.ts';
import { parse } from '../../../functions/api/validation.ts';
import { type GetContentDeps, getContent } from '../../../functions/media/get-content.ts';
import { aRecord } from '../../support/library.ts';

const registered = (url: string) => () =>
  parse(v1CreateMedia.body as never, { url, filename: 'a.jpg', fileSize: 1, mimeType: 'image/jpeg' }, 'Invalid');

const redirectTo = async (externalUrl: string): Promise<string> => {
  const record = aRecord({ externalUrl, fileVersion: null });
  const media = { get: async () => record, refusal: async () => undefined };
  const locate = getContent({ media } as unknown as GetContentDeps);
  return (await locate({ input: { id: record.id, method: 'GET', by: 'address' }, principal: undefined })).location;
};

describe('the address of a file that lives elsewhere', () => {
  it.each(['https://example.com/a\r\nset-cookie: x=y', 'ht\ttps://example.com/', 'https://example.com/\0'])(
    'may hold no control characters: %j',
    (url) => expect(registered(url)).toThrow('Invalid'),
  );

  it.each([
    ['https://example.com/é/😀.jpg?q=€', 'https://example.com/%C3%A9/%F0%9F%98%80.jpg?q=%E2%82%AC'],
    ['https://bücher.example/a b', 'https://xn--bcher-kva.example/a%20b'],
    ['https://example.com/a%20b?x=1&y=%C3%A9#z', 'https://example.com/a%20b?x=1&y=%C3%A9#z'],
  ])('is redirected to as a header can carry it: %s', async (url, location) => {
    expect(registered(url)).not.toThrow();
    expect(await redirectTo(url)).toBe(location);
  });
});
