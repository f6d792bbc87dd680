import { describe, expect, it } from '@jest/globals';
import { actionTable, refusalTable } from '../../../scripts/realtime-table.ts';
import { readDocument } from '../../support/checks/readme.ts';

describe('docs/realtime.md', () => {
  it('has the messages and the refusals of the protocol', () => {
    expect(readDocument('docs/realtime.md')).toContain(`\n${actionTable()}\n`);
    expect(readDocument('docs/realtime.md')).toContain(`\n${refusalTable()}\n`);
  });
});
