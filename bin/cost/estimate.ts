import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { LedgerTable } from './figures.ts';
import { added, type Item, type Usage, usageOf } from './usage.ts';

const Price = z.object({ price: z.number(), per: z.number(), source: z.string() });
const Prices = z
  .object({ date: z.string(), region: z.string(), currency: z.string(), note: z.string() })
  .catchall(Price);
export type Prices = z.infer<typeof Prices>;

/** Prices of a file in the form of `prices.json`. */
export const readPrices = (path: string | URL): Prices => Prices.parse(JSON.parse(readFileSync(path, 'utf8')));

const LEDGER = new URL('../../bench/ledger.json', import.meta.url);
/** What each operation was measured to use. */
export const readLedger = (): LedgerTable => JSON.parse(readFileSync(LEDGER, 'utf8')) as LedgerTable;

/** What a library does in a month. */
export interface Month {
  readonly uploads: number;
  /** Pages of twenty records with their small renditions. */
  readonly views: number;
  readonly searches: number;
  /** Changes of a record: of its title, or of its tags. */
  readonly edits: number;
  /** Originals and renditions together. */
  readonly storedGb: number;
  readonly records: number;
  /** Connections of the WebSocket API that are open at any time. */
  readonly connections: number;
  readonly gateway: boolean;
}

/** Parts of the stack that cost without a call, as many as the template has by default. A test compares them with it. */
export const STACK = { alarms: 36, secrets: 1, polledQueues: 8 };

const MINUTES = 30 * 24 * 60;
const SWEEP_EVERY_MINUTES = 5;
/** Lambda keeps five requests of up to twenty seconds open at each queue. */
const POLLS_A_MINUTE = 15;
/** An item in the table and in each index that holds records, terms, ranks and metadata; about. */
const TABLE_GB_OF_A_RECORD = 14_000 / 1024 ** 3;

/** What the stack uses while it is left alone. */
export const idleUsage = (ledger: LedgerTable): Usage =>
  added(figuresOf(ledger, 'sweep with nothing to do', MINUTES / SWEEP_EVERY_MINUTES), {
    alarms: STACK.alarms,
    secrets: STACK.secrets,
    queueRequests: STACK.polledQueues * POLLS_A_MINUTE * MINUTES,
  });

const figuresOf = (ledger: LedgerTable, operation: string, times: number, listeners = 0): Usage => {
  const figures = ledger[operation];
  if (figures === undefined) throw new Error(`the ledger has no operation "${operation}"`);
  return usageOf(figures, times, listeners);
};

/** What a month uses, by what makes it so. */
export const monthUsage = (ledger: LedgerTable, month: Month): Readonly<Record<string, Usage>> => {
  const { uploads, views, searches, edits, storedGb, records, connections } = month;
  return {
    idle: idleUsage(ledger),
    uploads: figuresOf(ledger, 'upload a photo', uploads, connections),
    views: figuresOf(ledger, 'view a page of 20', views),
    searches: figuresOf(ledger, 'search a word', searches),
    edits: figuresOf(ledger, 'change a title', edits, connections),
    storage: {
      s3Storage: storedGb,
      tableStorage: records * TABLE_GB_OF_A_RECORD,
      tableBackup: records * TABLE_GB_OF_A_RECORD,
    },
    connections: { connectionMinutes: connections * MINUTES },
    ...(month.gateway ? { 'upload gateway': { gatewayMonths: 1 } } : {}),
  };
};

/** What a usage costs, by item, the dearest first. */
export const priced = (usage: Usage, prices: Prices): readonly (readonly [Item, number, number])[] =>
  (Object.entries(usage) as [Item, number][])
    .map(([item, quantity]) => {
      const found = prices[item];
      if (typeof found !== 'object') throw new Error(`the price table has no price of ${item}`);
      return [item, quantity, (quantity / found.per) * found.price] as const;
    })
    .filter(([, quantity]) => quantity > 0)
    .sort(([, , one], [, , other]) => other - one);

/** Dollars of a usage. */
export const costOf = (usage: Usage, prices: Prices): number =>
  priced(usage, prices).reduce((sum, [, , dollars]) => sum + dollars, 0);
