import {
  costOf,
  idleUsage,
  type Month,
  monthUsage,
  OF_THE_EDGE,
  readLedger,
  readPrices,
} from '../bin/cost/estimate.ts';
import { type Figures, unitsOf } from '../bin/cost/figures.ts';
import { usageOf } from '../bin/cost/usage.ts';

const prices = () => readPrices(new URL('../bin/cost/prices.json', import.meta.url));
const dollars = (value: number): string => `$${value.toFixed(2)}`;
const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

/** What each operation makes AWS charge for, and what a thousand of them cost. */
export const ledgerTable = (): string => {
  const ledger = readLedger();
  const head = ['operation', 'table calls', 'read units', 'write units', 'S3 writes', 'S3 reads', 'invocations'];
  const cellsOf = (figures: Figures): readonly number[] => [
    figures.tableCalls,
    unitsOf(figures.readUnits),
    unitsOf(figures.writeUnits),
    figures.s3Writes,
    figures.s3Reads,
    unitsOf(figures.invocations),
  ];
  return [
    row([...head, '1,000 of them']),
    row([...head.map((_, index) => (index === 0 ? '---' : '---:')), '---:']),
    ...Object.entries(ledger).map(([name, figures]) =>
      row([name, ...cellsOf(figures), `$${costOf(usageOf(figures, 1000), prices()).toFixed(4)}`]),
    ),
  ].join('\n');
};

const NOTHING: Month = {
  ...{ uploads: 0, views: 0, searches: 0, edits: 0, storedGb: 0, records: 0, connections: 0 },
  gateway: false,
};

/** What a month of some size costs. */
export const monthTable = (): string => {
  const ledger = readLedger();
  const part = (month: Partial<Month>, name: string): string =>
    dollars(costOf(monthUsage(ledger, { ...NOTHING, ...month })[name] ?? {}, prices()));
  return [
    row(['what a month has', 'costs']),
    row(['---', '---:']),
    row(['nothing: the stack is left alone', dollars(costOf(idleUsage(ledger), prices()))]),
    row(['1,000 photos uploaded', part({ uploads: 1000 }, 'uploads')]),
    row(['100,000 photos uploaded', part({ uploads: 100_000 }, 'uploads')]),
    row(['1,000,000 pages of 20 records with their small renditions', part({ views: 1_000_000 }, 'views')]),
    row(['the same behind the edge, out of its cache', part({ views: 1_000_000, edge: true }, 'views')]),
    row(['1,000,000 searches', part({ searches: 1_000_000 }, 'searches')]),
    row(['100,000 changes of a title', part({ edits: 100_000 }, 'edits')]),
    row(['500 GB stored, as 125,000 records', part({ storedGb: 500, records: 125_000 }, 'storage')]),
    row(['100 WebSocket connections that are open all the time', part({ connections: 100 }, 'connections')]),
    row(['the edge, while nothing is asked', dollars(costOf(OF_THE_EDGE, prices()))]),
    row(['the upload gateway, with one task', part({ gateway: true }, 'upload gateway')]),
  ].join('\n');
};
