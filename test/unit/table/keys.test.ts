import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as keys from '../../../functions/table/keys.ts';
import { DRAWN_ROWS, undrawn } from '../../support/checks/drawn-keys.ts';

describe('the drawing of all keys', () => {
  it('has a row for each kind of item', () => expect(DRAWN_ROWS).toBeGreaterThan(50));

  it.each([
    ['a record', keys.mediaKey('1')],
    ['a mark of the log', keys.seenKey('team', 'room:a b', 'event')],
    ['a lease', keys.leaseKey('rebuild')],
    ['the lowest bucket of an order', { pk: keys.bucketsPk('team', '0', 'sizeSk'), sk: keys.bucketSk('') }],
    ['the place of a rebuild', keys.rebuildCursorKey('METADATA')],
  ])('shows %s', (_, key) => expect(undrawn([key])).toEqual([]));

  it('tells of an item that it does not show', () =>
    expect(
      undrawn([
        { pk: 'MEDIA#1', sk: 'NEW' },
        { pk: 'REBUILD#CURSOR', sk: 'TERMS' },
      ]),
    ).toHaveLength(2));

  it('is in the one file that makes keys', () => {
    const makers = readdirSync('functions', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && name !== 'table/keys.ts')
      .filter((name) => /\bpk: [`'][A-Z]+#/.test(readFileSync(`functions/${name}`, 'utf8')));
    expect(makers).toEqual([]);
  });
});
