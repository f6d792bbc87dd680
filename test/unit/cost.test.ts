import { describe, expect, it } from '@jest/globals';
import {
  behindEdge,
  costOf,
  idleUsage,
  monthUsage,
  OF_THE_EDGE,
  priced,
  readLedger,
  readPrices,
  STACK,
} from '../../bin/cost/estimate.ts';
import type { Figures } from '../../bin/cost/figures.ts';
import { added, usageOf } from '../../bin/cost/usage.ts';
import { ledgerTable, monthTable } from '../../scripts/cost-tables.ts';
import { readDocument } from '../support/checks/readme.ts';

const prices = readPrices(new URL('../../bin/cost/prices.json', import.meta.url));
const NOTHING = {
  ...{ uploads: 0, views: 0, searches: 0, edits: 0, storedGb: 0, records: 0, connections: 0 },
  gateway: false,
};
const figures: Figures = {
  tableCalls: 3,
  readUnits: { table: 1, byCreated: 0.5 },
  writeUnits: { table: 2, byCreated: 2 },
  s3Writes: 1,
  s3Reads: 2,
  bytesIn: 0,
  bytesOut: 1024 ** 3,
  invocations: { 'list-media': 1, announce: 2, 'process-upload': 1 },
  gbMilliseconds: 500,
  calls: { 'sqs SendMessage': 1 },
};

describe('the price of an operation', () => {
  it('is what it uses, times how often', () => {
    expect(usageOf(figures, 10, 3)).toEqual({
      writeUnits: 40,
      readUnits: 15,
      s3Writes: 10,
      s3Reads: 20,
      transferOut: 10,
      invocations: 40,
      gbSeconds: 10,
      httpCalls: 10,
      // Each batch that is announced is a message for each listener.
      webSocketMessages: 60,
      // A message that a function was started by is sent, received and deleted.
      queueRequests: 40,
      secretCalls: 0,
      logs: expect.closeTo(40_000 / 1024 ** 3),
    });
  });

  it('is a sum over the price table, the dearest first', () => {
    const usage = { writeUnits: 1_000_000, readUnits: 8_000_000, alarms: 20 };
    expect(priced(usage, prices).map(([item, , dollars]) => [item, dollars])).toEqual([
      ['alarms', 2],
      ['readUnits', 1],
      ['writeUnits', 0.625],
    ]);
    expect(costOf(added(usage, usage), prices)).toBeCloseTo(7.25);
    expect(() => priced({ tableStorage: 1 }, { ...prices, tableStorage: undefined } as never)).toThrow('no price');
  });
});

describe('the price of a month', () => {
  it('is that of the idle stack when nothing happens', () => {
    const usages = monthUsage(readLedger(), NOTHING);
    const all = Object.values(usages).reduce((sum, usage) => sum + costOf(usage, prices), 0);
    expect(all).toBeCloseTo(costOf(idleUsage(readLedger()), prices));
    expect(idleUsage(readLedger())).toMatchObject({ alarms: STACK.alarms, secrets: STACK.secrets });
  });

  it('grows with each thing that the month has', () => {
    const cost = (change: Partial<typeof NOTHING>): number =>
      Object.values(monthUsage(readLedger(), { ...NOTHING, ...change })).reduce(
        (sum, usage) => sum + costOf(usage, prices),
        0,
      );
    const idle = cost({});
    for (const name of ['uploads', 'views', 'searches', 'edits', 'storedGb', 'records', 'connections'] as const)
      expect([name, cost({ [name]: 1000 }) > idle]).toEqual([name, true]);
    expect(cost({ gateway: true })).toBeGreaterThan(idle + 10);
  });
});

describe('the price of a month behind the edge', () => {
  it('has a request and a run of a program for each call and each picture, and none of the bucket', () => {
    const page = { httpCalls: 1, invocations: 1, s3Reads: 20, transferOut: 2 };
    expect(behindEdge(page, 20)).toEqual({
      ...{ httpCalls: 1, invocations: 1, s3Reads: 0, transferOut: 0 },
      ...{ edgeOut: 2, edgeRequests: 21, edgeFunctions: 21 },
    });
    // What a function reads of the bucket is no picture of a page.
    expect(behindEdge({ httpCalls: 2, s3Reads: 3 })).toEqual({
      ...{ httpCalls: 2, s3Reads: 3, edgeRequests: 2, edgeFunctions: 2 },
    });
  });

  it('has one secret more while nothing is asked', () => {
    const usage = (edge: boolean) => monthUsage(readLedger(), { ...NOTHING, edge }).idle;
    expect(usage(true)?.secrets).toBe((usage(false)?.secrets ?? 0) + OF_THE_EDGE.secrets);
  });

  it('asks no function and not the bucket for pictures', () => {
    const views = (edge: boolean) => monthUsage(readLedger(), { ...NOTHING, views: 1_000_000, edge }).views;
    expect(views(true)).toMatchObject({ invocations: 1_000_000, s3Reads: 0, edgeRequests: 21_000_000 });
    expect(views(false)).toMatchObject({ invocations: 1_000_000, s3Reads: 20_000_000 });
  });
});

describe('docs/cost.md', () => {
  it('has the tables that follow from the ledger and the prices', () => {
    const text = readDocument('docs/cost.md');
    expect(text).toContain(ledgerTable());
    expect(text).toContain(monthTable());
  });
});
