import { describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { v1ListMedia } from '../../../../functions/dialects/v1/media.ts';

const query = v1ListMedia.query as z.ZodMiniType<{ tagIds?: readonly string[] }>;

describe('a list of tags in a query', () => {
  it('has its parts between commas, without spaces around them and without empty ones', () => {
    expect(z.parse(query, { tagIds: ' a, b ,,c' }).tagIds).toEqual(['a', 'b', 'c']);
    expect(z.parse(query, { tagIds: '' }).tagIds).toEqual([]);
    expect(z.parse(query, {}).tagIds).toBeUndefined();
  });

  it('has at most the parts that the document of the API names, empty ones included', () => {
    expect(z.safeParse(query, { tagIds: ','.repeat(19) }).success).toBe(true);
    expect(z.safeParse(query, { tagIds: ','.repeat(20) }).success).toBe(false);
    expect(z.safeParse(query, { tagIds: ' '.repeat(201) }).success).toBe(false);
  });
});
