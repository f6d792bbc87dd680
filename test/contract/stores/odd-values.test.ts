import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v1UpdateMedia } from '../../../functions/api/v1/media.ts';
import { parse } from '../../../functions/api/validation.ts';
import { dynamoMedia } from '../../../functions/stores/media-store.ts';
import { aRecord, type Library, startLibrary } from '../../support/library.ts';

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
    await media.create(record);
    expect((await media.get(record.id))?.filename).toBe(filename);
  });

  it.each([5e-324, 1e-200, 1e-130, 0.5, 1])('a focal point at %d', async (focalX) => {
    const record = aRecord();
    const media = dynamoMedia(library.table);
    await media.create(record);
    const edit = parse(v1UpdateMedia.body as never, { focalX }, 'Invalid') as { focalX: number };
    expect((await media.edit(record.id, edit, record.updatedAt))?.focalX).toBeCloseTo(focalX, 9);
  });
});

describe('a page of records with long texts', () => {
  it('is whole, though DynamoDB ends each answer at one megabyte', async () => {
    const media = dynamoMedia(library.table);
    const teamId = crypto.randomUUID();
    const description = '€'.repeat(5000);
    await Promise.all(Array.from({ length: 80 }, () => media.create(aRecord({ teamId, description }))));
    const page = { state: 'active', orderBy: 'createdAt', orderDir: 'asc', offset: 0 } as const;
    expect((await media.list({ ...page, teamIds: [teamId], limit: 80 })).items).toHaveLength(80);
  });
});
