import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { dialects } from '../../functions/dialects/dialects.ts';
import { MediaError } from '../../functions/domain/errors.ts';
import { DIALECT_NAMES } from '../../functions/http/dialect.ts';
import { dialectTable } from '../../scripts/dialect-table.ts';
import { textTable } from '../../scripts/text-table.ts';
import { apiTable } from '../../scripts/v1-table.ts';

describe('docs/v1.md', () => {
  it('names every route of the table, where it is defined and which function does it', () => {
    expect(apiTable()).not.toContain('not found');
    expect(readFileSync('docs/v1.md', 'utf8')).toContain(apiTable());
  });
});

describe('docs/apis.md', () => {
  const text = readFileSync('docs/apis.md', 'utf8');

  it('sets the routes of all APIs side by side', () => expect(text).toContain(dialectTable()));

  it('names every text of a record', () => expect(text).toContain(textTable()));

  it.each(DIALECT_NAMES)('shows an error of %s as it is answered', (name) => {
    const { status, body } = dialects[name].refuse(new MediaError('NOT_FOUND', 'Media not found'));
    expect(text).toContain(`\`${JSON.stringify(body)}\``);
    expect(status).toBe(404);
  });
});
