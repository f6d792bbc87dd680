import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v1UpdateMedia } from '../../../functions/dialects/v1/media.ts';
import { parse } from '../../../functions/http/validation.ts';
import { dynamoMedia } from '../../../functions/library/media-store.ts';
import { dynamoTags } from '../../../functions/library/tag-store.ts';
import { createTag } from '../../../functions/tags/create-tag.ts';
import { dynamoOpenUploads } from '../../../functions/uploads/open-uploads.ts';
import { dynamoUploads } from '../../../functions/uploads/upload-store.ts';
import { aRecord, aSession, type Library, startLibrary } from '../../support/drivers/library.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';

let library: Library;
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

describe('DynamoDB takes', () => {
  it.each([
    ['an emoji where the sort key is cut', `${'a'.repeat(199)}😀.png`],
    ['letters that fold to many', 'ﷺ'.repeat(255)],
    ['nothing but emoji', '😀'.repeat(127)],
  ])('a file name with %s', async (_, filename) => {
    const record = aRecord({ filename });
    const media = dynamoMedia(library.table);
    await media.create(record, 1000);
    expect((await media.get(record.id))?.filename).toBe(filename);
  });

  it('a tag whose letters fold to many', async () => {
    const tags = dynamoTags(library.table);
    const principal = aPrincipal({ teamId: crypto.randomUUID() });
    const create = createTag({ tags, newId: () => crypto.randomUUID(), clock: () => new Date() });
    const tag = await create({ input: { name: 'ﷺ'.repeat(60) }, principal });
    expect(tag.name).toBe('ﷺ'.repeat(60));
    expect(await tags.bySlug(tag.teamId, [tag.slug])).toHaveLength(1);
  });

  it.each([5e-324, 1e-200, 1e-130, 0.5, 1])('a focal point at %d', async (focalX) => {
    const record = aRecord();
    const media = dynamoMedia(library.table);
    await media.create(record, 1000);
    const edit = parse(v1UpdateMedia.body as never, { focalX }, 'Invalid') as { focalX: number };
    expect((await media.edit(record.id, edit, record.updatedAt))?.focalX).toBeCloseTo(focalX, 9);
  });
});

describe('uploads with long texts', () => {
  it('are counted and listed all, though DynamoDB ends each answer at one megabyte', async () => {
    const [uploads, open] = [dynamoUploads(library.table), dynamoOpenUploads(library.table)];
    const userId = crypto.randomUUID();
    const [description, count] = ['€'.repeat(5000), 150];
    const ids = await Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const createdAt = new Date(Date.parse('2026-01-01T00:00:00Z') + index).toISOString();
        const session = aSession({ userId, description, createdAt });
        await uploads.open(session, { bytes: 1e9, records: 1000 });
        return session.id;
      }),
    );
    expect(await open.count({ userId }, 1000)).toBe(count);
    expect(await open.count({ userId }, 90)).toBe(90);
    const listed: string[] = [];
    let next: string | null | undefined;
    do {
      const page = await open.list(userId, 100, next ?? undefined);
      listed.push(...page.items.map(({ id }) => id));
      next = page.next;
    } while (next !== null);
    expect(listed).toEqual(ids.toReversed());
  });
});

describe('a page of records with long texts', () => {
  it('is whole, though DynamoDB ends each answer at one megabyte', async () => {
    const media = dynamoMedia(library.table);
    const teamId = crypto.randomUUID();
    const description = '€'.repeat(5000);
    await Promise.all(Array.from({ length: 80 }, () => media.create(aRecord({ teamId, description }), 1000)));
    const page = { state: 'active', orderBy: 'createdAt', orderDir: 'asc', offset: 0 } as const;
    expect((await media.list({ ...page, teamIds: [teamId], limit: 80 })).items).toHaveLength(80);
  });
});
