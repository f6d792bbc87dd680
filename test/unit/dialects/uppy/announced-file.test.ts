import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { fileInBody, fileInQuery } from '../../../../functions/dialects/uppy/announced-file.ts';
import { MediaError } from '../../../../functions/domain/errors.ts';

const names = { filename: 'a.jpg', type: 'image/jpeg' };
const inQuery = (metadata: Record<string, string>) =>
  fileInQuery({ ...names, ...Object.fromEntries(Object.entries(metadata).map(([k, v]) => [`metadata[${k}]`, v])) });
const inBody = (metadata: Record<string, unknown>) => fileInBody({ ...names, metadata });

describe('what Uppy says of a file', () => {
  it('is the same in a query and in a body', () => {
    const said = {
      title: 'T',
      alt: 'A',
      caption: 'C',
      description: 'D',
      visibility: 'public',
      tags: 'a, b',
      size: '12',
    };
    const expected = {
      ...{ filename: 'a.jpg', mimeType: 'image/jpeg', title: 'T', alt: 'A', caption: 'C', description: 'D' },
      ...{ visibility: 'public', size: 12, tagNames: ['a', 'b'] },
    };
    expect(inQuery(said)).toEqual(expected);
    expect(inBody(said)).toEqual(expected);
    expect(inBody({ ...said, size: 12, tags: ['a', 'b'] })).toEqual(expected);
    expect(inBody({ ...said, tags: '["a","b"]' })).toEqual(expected);
  });

  it('is nothing where it is null, empty or the word for it', () => {
    const nothing = { filename: 'a.jpg', mimeType: 'image/jpeg', tagNames: [] };
    expect(inBody({ title: null, alt: 'null', caption: '', tags: 'undefined', size: 'null', sha256: null })).toEqual(
      nothing,
    );
    expect(inQuery({ title: 'null', visibility: 'undefined', tags: '' })).toEqual(nothing);
    expect(fileInBody(names)).toEqual(nothing);
    expect(fileInBody({ ...names, metadata: null })).toEqual(nothing);
  });

  it('is not looked at where it is the page or Uppy talking to itself', () => {
    const own = {
      name: 'b.jpg',
      type: 'image/png',
      relativePath: null,
      teamId: 'x',
      status: 'active',
      toString: 'x',
      constructor: 'x',
    };
    expect(inBody(own)).toEqual({ filename: 'a.jpg', mimeType: 'image/jpeg', tagNames: [] });
  });

  it('is refused by name where it is not what it should be', () => {
    const wrong = {
      title: { $ne: 1 },
      visibility: 'everybody',
      size: '1.5',
      sha256: 'x',
      tags: [{}, ['a'.repeat(101)]],
    };
    for (const [name, value] of Object.entries(wrong)) {
      expect(() => inBody({ [name]: value })).toThrow(
        expect.objectContaining({
          code: 'VALIDATION',
          fields: [expect.objectContaining({ path: expect.arrayContaining([name]) })],
        }),
      );
    }
  });

  it('is a file or a refusal, whatever it is', () =>
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('title', 'tags', 'size', 'sha256', 'visibility', '__proto__', 'x'),
          fc.jsonValue(),
        ),
        (metadata) => {
          try {
            expect(inBody(metadata)).toMatchObject({ filename: 'a.jpg' });
          } catch (error) {
            expect(error).toBeInstanceOf(MediaError);
          }
        },
      ),
    ));
});
