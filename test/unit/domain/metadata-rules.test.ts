import { describe, expect, it } from '@jest/globals';
import { isCurrent, METADATA_RULES } from '../../../functions/domain/file-metadata.ts';

describe('metadata that older rules read', () => {
  it.each(['audio/mpeg', 'video/mp4', 'application/ogg'])('is read again when it is that of %s', (type) => {
    expect([undefined, METADATA_RULES - 1].map((rules) => isCurrent(type, rules))).toEqual([false, false]);
    expect([METADATA_RULES, METADATA_RULES + 1].map((rules) => isCurrent(type, rules))).toEqual([true, true]);
  });

  it.each(['image/jpeg', 'image/gif', 'application/pdf', 'text/plain'])('stays when it is that of %s', (type) => {
    expect(isCurrent(type, undefined)).toBe(true);
  });
});
