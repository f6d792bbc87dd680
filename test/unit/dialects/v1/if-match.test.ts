import { describe, expect, it } from '@jest/globals';
import { entityTag, versionsMatched } from '../../../../functions/dialects/common/if-match.ts';
import { dialects } from '../../../../functions/dialects/dialects.ts';
import { v1UpdateMedia } from '../../../../functions/dialects/v1/media.ts';
import { type MediaRecord, untagged } from '../../../../functions/domain/media.ts';
import type { MediaEdit } from '../../../../functions/domain/ports.ts';
import { serve } from '../../../../functions/http/serve.ts';
import { updateMedia } from '../../../../functions/media/update-media.ts';
import { withTagNames } from '../../../../functions/tags/with-tag-names.ts';
import { httpEvent } from '../../../support/drivers/http-event.ts';
import { aRecord } from '../../../support/drivers/library.ts';
import { aPrincipal } from '../../../support/drivers/principal.ts';

const at = (text: string) => versionsMatched({ headers: { 'if-match': text } });

describe('If-Match', () => {
  it('names versions; weak tags and those of others match nothing', () => {
    expect(at('"7"')).toEqual([7]);
    expect(at(' "7" ,\t"8"')).toEqual([7, 8]);
    expect(at('W/"7"')).toEqual([]);
    expect(at('"another", "007", "", "9e9"')).toEqual([]);
    expect(at(entityTag({ version: 12 }))).toEqual([12]);
  });

  it('is no condition without the header, and for any version', () => {
    expect(versionsMatched({ headers: {} })).toBeUndefined();
    expect(at('*')).toBeUndefined();
  });

  it.each(['7', '"7', '"7" "8"', '', ',', '*, "7"', '"7",', Array.from({ length: 51 }, () => '"1"').join()])(
    'refuses %s, which would otherwise be left out',
    (text) => expect(() => at(text)).toThrow(expect.objectContaining({ code: 'VALIDATION' })),
  );
});

describe('an edit for a version', () => {
  const record = aRecord({ teamId: 't', title: 'As it is', version: 3 });
  /** One record; `before` runs between the look at it and the write. */
  const library = (present: MediaRecord, before = (): MediaRecord => present) => {
    let held = present;
    return {
      get: async () => held,
      edit: async (_: string, { title }: MediaEdit, updatedAt: string, versions?: readonly number[]) => {
        held = before();
        if (versions && !versions.includes(held.version)) return undefined;
        held = { ...held, title: title ?? held.title, updatedAt, version: held.version + 1 };
        return held;
      },
    };
  };
  const served = (media: ReturnType<typeof library>, scopes: readonly ('media:read' | 'media:update')[]) => {
    const update = updateMedia({
      media,
      nameTags: async () => [],
      retag: async () => undefined,
      clock: () => new Date('2026-02-01T00:00:00.000Z'),
    });
    const principal = { ...aPrincipal({ teamId: 't' }), scopes: new Set(scopes), needs: 'media:update' as const };
    const show = async (records: readonly MediaRecord[]) =>
      records.map((each) => ({ ...untagged(each), tags: [{ id: 'g', slug: 'sea', name: 'Sea' }] }));
    return async (ifMatch: string) => {
      const handler = serve(withTagNames(show, update), [v1UpdateMedia], {
        dialects,
        limit: async () => undefined,
        idempotency: {} as never,
        publicUrl: 'https://api.example.com',
        settings: { allowedOrigins: [], uploadsEnabled: true },
        authenticate: async () => principal,
      });
      const event = httpEvent({
        routeKey: `${v1UpdateMedia.method} ${v1UpdateMedia.path}`,
        path: { id: record.id },
        headers: { authorization: 'Bearer token', 'if-match': ifMatch },
        body: { title: 'New' },
      });
      const { statusCode, headers, body = '{}' } = await handler(event, {} as never);
      return { status: statusCode, etag: headers?.etag, body: JSON.parse(body) };
    };
  };

  it('is done in that version, and answers the next one', async () => {
    const media = library(record);
    const { status, etag, body } = await served(media, ['media:read', 'media:update'])('"3"');
    expect([status, etag, body.data.version, body.data.title]).toEqual([200, '"4"', 4, 'New']);
  });

  it('is refused with the present record, as it is shown, and changes nothing', async () => {
    const media = library(record);
    const { status, body } = await served(media, ['media:read', 'media:update'])('"2"');
    expect([status, body.details.code]).toEqual([412, 'PRECONDITION_FAILED']);
    expect(body.details.current).toMatchObject({ title: 'As it is', version: 3, tags: [{ name: 'Sea' }] });
    expect(await media.get()).toBe(record);
  });

  it('is refused when another call comes first between the look and the write', async () => {
    const theirs = { ...record, title: 'Theirs', version: 4 };
    const { status, body } = await served(
      library(record, () => theirs),
      ['media:read', 'media:update'],
    )('"3"');
    expect([status, body.details.current.title]).toEqual([412, 'Theirs']);
  });

  it('is refused without the record for a key that may not see it', async () => {
    const { status, body } = await served(library(record), ['media:update'])('"2"');
    expect([status, body.details]).toEqual([412, { code: 'PRECONDITION_FAILED' }]);
  });
});
