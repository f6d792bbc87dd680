import { describe, expect, it } from '@jest/globals';
import { dialects } from '../../functions/dialects/dialects.ts';
import { v1ErrorCode } from '../../functions/dialects/v1/answers.ts';
import { codesOf, ERROR_REFERENCE } from '../../functions/domain/error-reference.ts';
import { MediaError } from '../../functions/domain/errors.ts';
import { DIALECT_NAMES } from '../../functions/http/dialect.ts';
import { errorTable, textCodeTable, uploadCodeTable } from '../../scripts/error-tables.ts';
import { readDocument } from '../support/checks/readme.ts';

interface Body {
  readonly details?: { readonly code: string };
  readonly code?: number;
}

describe('docs/errors.md', () => {
  const text = readDocument('docs/errors.md');

  it.each([
    ['errors', errorTable],
    ['uploads', uploadCodeTable],
    ['extractions', textCodeTable],
  ])('has a row for each code of %s: `npm run generate` writes them', (_, table) => {
    expect(table().split('\n').length).toBeGreaterThan(7);
    expect(text).toContain(`\n${table()}\n`);
  });
});

describe('the codes in the OpenAPI documents', () => {
  const answered = (name: (typeof DIALECT_NAMES)[number], code: (typeof codes)[number]) =>
    dialects[name].refuse(new MediaError(code, 'It is refused'));
  const codes = codesOf(ERROR_REFERENCE);

  it('are in v1 those that its errors name, and no others', () => {
    const named = codes.flatMap((code) => (answered('v1', code).body as Body).details?.code ?? []);
    expect(named.length).toBeGreaterThan(10);
    expect(v1ErrorCode.options).toEqual(named);
  });

  it.each(DIALECT_NAMES)('fit every error that %s answers', async (name) => {
    const { dialectDocuments } = await import('../../functions/openapi/dialect-documents.ts');
    for (const code of codes) dialectDocuments[name].error.parse(answered(name, code).body);
  });

  it('are an enumeration wherever an error or an upload has one', () => {
    const loose: string[] = [];
    const look = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return;
      const { code } = (value as { properties?: { code?: unknown } }).properties ?? {};
      const isListed = /"(?:enum|const)":/.test(JSON.stringify(code) ?? '"enum":');
      // `errors` repeats the codes of the validator beside our own.
      if (!isListed && !path.endsWith('.errors.items')) loose.push(path);
      for (const [key, inner] of Object.entries(value)) look(inner, `${path}.${key}`);
    };
    for (const name of DIALECT_NAMES) look(JSON.parse(readDocument(`docs/openapi/${name}.json`)), name);
    expect(loose).toEqual([]);
  });
});
