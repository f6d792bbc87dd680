import { describe, expect, it } from '@jest/globals';
import { namedAfterType } from '../../../cli/media-types.ts';
import { VERIFIABLE_TYPES } from '../../../functions/domain/media-types.ts';

describe('the name of a downloaded file', () => {
  it.each([
    ['report.hta', 'image/jpeg', 'report.hta.jpg'],
    ['.envrc', 'text/plain', '.envrc.txt'],
    ['Makefile', 'text/plain', 'Makefile.txt'],
    ['a.JPEG', 'image/jpeg', 'a.JPEG'],
    ['IMG_1.heic', 'image/heif', 'IMG_1.heic'],
    ['as-it-is.xyz', 'application/x-unheard-of', 'as-it-is.xyz'],
  ])('ends as its type does: %s of type %s is %s', (name, type, saved) =>
    expect(namedAfterType(name, type)).toBe(saved),
  );

  it('ends in a way that the library knows, for every type that it takes', () => {
    for (const { mime, extensions } of VERIFIABLE_TYPES) {
      expect([mime, extensions]).toEqual([mime, expect.arrayContaining([namedAfterType('x', mime).slice(2)])]);
    }
  });
});
