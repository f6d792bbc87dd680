import { describe, expect, it } from '@jest/globals';
import { routes } from '../../functions/dialects/route-table.ts';
import { LIBRARY_DIALECTS } from '../../functions/http/dialect.ts';
import { adminRows } from '../support/checks/conformance/admin.ts';
import { baseRows } from '../support/checks/conformance/base.ts';
import { filesRows } from '../support/checks/conformance/files.ts';
import type { ConformanceRow } from '../support/checks/conformance/row.ts';
import { tokensRows } from '../support/checks/conformance/tokens.ts';
import { v1BeyondRows } from '../support/checks/conformance/v1-beyond.ts';
import { v1MediaRows } from '../support/checks/conformance/v1-media.ts';
import { v1TagRows } from '../support/checks/conformance/v1-tags.ts';
import { faultOfTest } from '../support/checks/named-tests.ts';

const ROWS: Readonly<Record<(typeof LIBRARY_DIALECTS)[number], readonly ConformanceRow[]>> = {
  v1: [...v1MediaRows, ...v1TagRows, ...v1BeyondRows],
  tokens: tokensRows,
  files: filesRows,
  admin: adminRows,
  base: baseRows,
};

const routesOf = (dialect: string): readonly string[] =>
  routes.filter((route) => route.dialect === dialect).map(({ method, path }) => `${method} ${path}`);

describe.each(LIBRARY_DIALECTS)('the conformance table of %s', (dialect) => {
  it('names a test that exists for every statement', () => {
    const tests = new Map(ROWS[dialect].map((row) => [`${row.test}: ${row.title}`, row]));
    expect([...tests.values()].flatMap(({ test, title }) => faultOfTest(test, title) ?? [])).toEqual([]);
  });

  it('has statements about every route of the dialect, and about no other', () => {
    const named = new Set(ROWS[dialect].map(({ route }) => route));
    named.delete('*');
    expect([...named].toSorted()).toEqual([...new Set(routesOf(dialect))].toSorted());
  });

  it('has each statement once for each test', () => {
    const all = ROWS[dialect].map(({ route, statement, test, title }) => [route, statement, test, title].join(' | '));
    expect(all.filter((row, at) => all.indexOf(row) !== at)).toEqual([]);
  });
});

it.each([
  ['v1', 413],
  ['tokens', 93],
  ['files', 131],
  ['admin', 83],
  ['base', 69],
] as const)('the table of %s has lost none of its %d statements', (dialect, counted) =>
  expect(ROWS[dialect].length).toBeGreaterThanOrEqual(counted),
);

describe('a row', () => {
  const HERE = 'test/unit/conformance.test.ts';
  it.each([
    ['a file that is missing', 'test/unit/missing.test.ts', 'a title', 'there is no test/unit/missing.test.ts'],
    ['a title that no test has', HERE, 'another title', `${HERE} has no test "another title"`],
    ['a test that exists', HERE, 'has each statement once for each test', undefined],
  ])('with %s fails the check', (_, test, title, fault) => expect(faultOfTest(test, title)).toBe(fault));
});
