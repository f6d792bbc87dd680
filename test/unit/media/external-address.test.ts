import { describe, expect, it } from '@jest/globals';
import { v1CreateMedia } from '../../../functions/dialects/v1/media.ts';
import { MediaError } from '../../../functions/domain/errors.ts';
import type { Visibility } from '../../../functions/domain/media.ts';
import type { Principal } from '../../../functions/domain/principal.ts';
import { parse } from '../../../functions/http/validation.ts';
import { type GetContentDeps, getContent } from '../../../functions/media/get-content.ts';
import { aRecord } from '../../support/drivers/library.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';

const registered = (url: string) => () =>
  parse(v1CreateMedia.body as never, { url, filename: 'a.jpg', fileSize: 1, mimeType: 'image/jpeg' }, 'Invalid');

const locate = (externalUrl: string, principal: Principal | undefined, visibility: Visibility = 'shared') => {
  const record = aRecord({ externalUrl, fileVersion: null, visibility });
  const media = { get: async () => record, refusal: async () => undefined };
  const input = { id: record.id, method: 'GET', by: 'address', address: '192.0.2.1' } as const;
  return getContent({ media } as unknown as GetContentDeps)({ input, principal });
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
    expect(await locate(url, aPrincipal())).toMatchObject({ location });
  });

  it.each(['shared', 'public'] as const)('leads no stranger elsewhere, be its record %s', async (visibility) => {
    const outsider = aPrincipal({ teamId: 'other', teams: [{ teamId: 'other', role: 'owner' }] });
    for (const principal of [undefined, outsider]) {
      await expect(locate('https://evil.example/login', principal, visibility)).rejects.toThrow(MediaError);
    }
  });

  it('is in no cache that would give it to a stranger', async () =>
    expect(await locate('https://example.com/a', aPrincipal(), 'public')).toMatchObject({ cacheControl: 'no-store' }));
});
