import { describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { adminEditMedia } from '../../../functions/dialects/admin/media.ts';
import { baseUpdateItem } from '../../../functions/dialects/base/update-item.ts';
import { filesAnalyzeFile, filesExtractText } from '../../../functions/dialects/files/insights.ts';
import { v1CreateMedia, v1UpdateMedia } from '../../../functions/dialects/v1/media.ts';
import { MediaError } from '../../../functions/domain/errors.ts';
import { parse } from '../../../functions/http/validation.ts';

/** What is said of a body: each field with its message. */
const faults = ({ body }: { body?: z.ZodMiniType }, sent: unknown): readonly string[] => {
  try {
    parse(body as z.ZodMiniType, sent, 'Invalid request body');
  } catch (error) {
    if (error instanceof MediaError) return error.fields.map(({ path, message }) => `${path.join('.')}: ${message}`);
  }
  return [];
};

const FILE = { url: 'https://a.example/a.jpg', filename: 'a.jpg', fileSize: 5, mimeType: 'image/jpeg' };

describe('a refused body', () => {
  it.each<[string, { body?: z.ZodMiniType }, unknown, readonly string[]]>([
    ['a width of 0', v1CreateMedia, { ...FILE, width: 0 }, ['width: Number must be greater than 0']],
    ['a height below 0', v1CreateMedia, { ...FILE, height: -1 }, ['height: Number must be greater than 0']],
    ['a fraction of a byte', v1CreateMedia, { ...FILE, fileSize: 1.5 }, ['fileSize: Expected integer, received float']],
    ['a width in words', v1CreateMedia, { ...FILE, width: '9' }, ['width: Expected number, received string']],
    [
      'a name that is empty',
      v1CreateMedia,
      { ...FILE, filename: '' },
      ['filename: String must contain at least 1 character(s)'],
    ],
    ['analyses as a text', filesAnalyzeFile, { analyses: 'metadata' }, ['analyses: Expected array, received string']],
    [
      'a flag as a text',
      filesExtractText,
      { preserve_formatting: 'yes' },
      ['preserve_formatting: Expected boolean, received string'],
    ],
    ['tags as one text', baseUpdateItem, { tags: 'a,b' }, ['tags: Expected array, received string']],
    ['tags as a number', adminEditMedia, { name: 'a', tags: 5 }, ['tags: Expected string or array, received number']],
    ['a tag that is a number', adminEditMedia, { name: 'a', tags: [1] }, ['tags: 0: Expected string, received number']],
    [
      'two fields',
      v1UpdateMedia,
      { title: 5, focalX: 2 },
      ['title: Expected string, received number', 'focalX: Number must be less than or equal to 1'],
    ],
    ['a list for a body', v1UpdateMedia, [], [': Expected object, received array']],
  ])('names %s once for each field, with the right reason', (_, route, sent, expected) =>
    expect(faults(route, sent)).toEqual(expected),
  );

  it('is told of its length alone when its list of tags is too long, whatever is in it', () => {
    for (const element of ['', 5]) {
      expect(faults(baseUpdateItem, { tags: Array(60_000).fill(element) })).toEqual([
        'tags: Array must contain at most 40 element(s)',
      ]);
    }
  });

  it('is told of a hundred faults at most, and of a hundred unknown fields', () => {
    const list = { body: z.strictObject({ list: z.array(z.string()) }) };
    expect(faults(list, { list: Array(60_000).fill(5) })).toHaveLength(100);
    const unknown = Object.fromEntries(Array.from({ length: 25_000 }, (_, index) => [`field-${index}`, 1]));
    expect(faults(list, { ...unknown, list: [] }).join('').length).toBeLessThan(2000);
  });

  it('is told of a name by its beginning, so that the answer fits whatever its length', () => {
    const route = { body: z.strictObject({ sums: z.optional(z.record(z.string(), z.string())) }) };
    const name = '"'.repeat(1_000_000);
    for (const sent of [{ [name]: 1 }, { sums: { [name]: 1 } }]) {
      const [fault = ''] = faults(route, sent);
      expect([fault.length > 200, fault.length < 1000]).toEqual([true, true]);
    }
  });
});
