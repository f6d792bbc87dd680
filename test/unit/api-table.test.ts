import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { apiTable } from '../support/api-table.ts';

describe('docs/v1.md', () => {
  it('names every route of the table, where it is defined and which function does it', () => {
    expect(apiTable()).not.toContain('not found');
    expect(readFileSync('docs/v1.md', 'utf8')).toContain(apiTable());
  });
});
