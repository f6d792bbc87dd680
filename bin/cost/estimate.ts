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
  /** CloudFront in front of everything. */
  readonly edge?: boolean;
}

/** Parts of the stack that cost without a call, as many as the template has by default. A test compares them with it. */
export const STACK = { alarms: 36, secrets: 1, polledQueues: 8 };
/** What the edge adds to them: the secret of its signing key, and the alarm of the function that makes it. */
export const OF_THE_EDGE = { secrets: 1, alarms: 1 };

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

/**
 * The same behind the edge. Each call of the HTTP API, and each picture of a page, is a request of the edge, for which one of its
 * programs runs. Pictures come out of its cache: the bucket is not asked, and S3 takes nothing for what goes to CloudFront.
 */
export const behindEdge = (usage: Usage, pictures = 0): Usage => {
  const requests = (usage.httpCalls ?? 0) + pictures;
  const seen = pictures > 0 ? { s3Reads: 0, transferOut: 0, edgeOut: usage.transferOut ?? 0 } : {};
  return { ...usage, ...seen, edgeRequests: requests, edgeFunctions: requests };
};

const PICTURES_OF_A_PAGE = 20;

const figuresOf = (ledger: LedgerTable, operation: string, times: number, listeners = 0): Usage => {
  const figures = ledger[operation];
  if (figures === undefined) throw new Error(`the ledger has no operation "${operation}"`);
  return usageOf(figures, times, listeners);
};

/** What a month uses, by what makes it so. */
export const monthUsage = (ledger: LedgerTable, month: Month): Readonly<Record<string, Usage>> => {
  const { uploads, views, searches, edits, storedGb, records, connections, edge = false } = month;
  const called = (operation: string, times: number, { listeners = 0, pictures = 0 } = {}): Usage => {
    const usage = figuresOf(ledger, operation, times, listeners);
    return edge ? behindEdge(usage, pictures * times) : usage;
  };
  return {
    idle: edge ? added(idleUsage(ledger), OF_THE_EDGE) : idleUsage(ledger),
    uploads: called('upload a photo', uploads, { listeners: connections }),
    views: called('view a page of 20', views, { pictures: PICTURES_OF_A_PAGE }),
    searches: called('search a word', searches),
    edits: called('change a title', edits, { listeners: connections }),
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
