import { parseArgs } from 'node:util';
import { costOf, type Month, monthUsage, priced, readLedger, readPrices } from './cost/estimate.ts';

const USAGE = `npm run cost -- [options]

  Says what a month costs on AWS, from what each operation was measured to use (bench/ledger.json) and a table of prices
  with its date (bin/cost/prices.json). Nothing is taken off for free tiers.

  --uploads N      files that are uploaded in the month (0)
  --views N        pages of twenty records with their small renditions (0)
  --searches N     searches (0)
  --edits N        changes of titles, and the like (0)
  --storage SIZE   originals and renditions: 500GB, 2TB (0)
  --records N      records in the library (the uploads, or one for each 4 MB stored)
  --connections N  WebSocket connections that are open at any time (0)
  --gateway        with the upload gateway
  --edge           with CloudFront in front of everything, and pictures out of its cache
  --prices FILE    other prices, in the form of bin/cost/prices.json
  --json           everything as JSON
`;

const number = { type: 'string', default: '0' } as const;
const { values } = parseArgs({
  options: {
    ...{ uploads: number, views: number, searches: number, edits: number, storage: number, connections: number },
    records: { type: 'string' },
    gateway: { type: 'boolean', default: false },
    edge: { type: 'boolean', default: false },
    prices: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const GIGABYTES: Readonly<Record<string, number>> = { MB: 1 / 1024, GB: 1, TB: 1024 };
const MB_OF_A_RECORD = 4;

const count = (name: string, text: string): number => {
  const value = Number(text.replaceAll(/[,_]/g, ''));
  if (Number.isFinite(value) && value >= 0 && text !== '') return value;
  throw new Error(`--${name} takes a number, not "${text}"`);
};

const gigabytes = (text: string): number => {
  const [, digits, unit = 'GB'] = /^(\d+(?:\.\d+)?)\s*(MB|GB|TB)?$/i.exec(text) ?? [];
  if (digits === undefined) throw new Error(`--storage takes a size such as 500GB, not "${text}"`);
  return Number(digits) * (GIGABYTES[unit.toUpperCase()] ?? 1);
};

const month = (): Month => {
  const storedGb = gigabytes(values.storage);
  const uploads = count('uploads', values.uploads);
  const most = Math.max(uploads, Math.round((storedGb * 1024) / MB_OF_A_RECORD));
  return {
    uploads,
    views: count('views', values.views),
    searches: count('searches', values.searches),
    edits: count('edits', values.edits),
    storedGb,
    records: values.records === undefined ? most : count('records', values.records),
    connections: count('connections', values.connections),
    gateway: values.gateway,
    edge: values.edge,
  };
};

const dollars = (value: number): string => `$${value.toFixed(2)}`.padStart(12);
const quantity = (value: number): string =>
  (value >= 100 ? Math.round(value) : Number(value.toPrecision(3))).toLocaleString('en');

const main = (): readonly string[] => {
  const prices = readPrices(values.prices ?? new URL('./cost/prices.json', import.meta.url));
  const usages = Object.entries(monthUsage(readLedger(), month()));
  const costs = usages.map(([name, usage]) => ({ name, cost: costOf(usage, prices), items: priced(usage, prices) }));
  const all = costs.reduce((sum, { cost }) => sum + cost, 0);
  if (values.json)
    return [JSON.stringify({ prices: prices.date, region: prices.region, month: month(), total: all, costs })];
  const lines = costs
    .filter(({ cost }) => cost > 0)
    .flatMap(({ name, cost, items }) => [
      `${name.padEnd(34)}${dollars(cost)}`,
      ...items.map(([item, amount, price]) => `  ${item.padEnd(18)}${quantity(amount).padStart(14)}${dollars(price)}`),
    ]);
  const head = `A month in ${prices.region}, at prices of ${prices.date}. ${prices.note}`;
  return [head, '', ...lines, '', `${'together'.padEnd(34)}${dollars(all)}`];
};

if (values.help) {
  process.stdout.write(USAGE);
} else {
  try {
    for (const line of main()) process.stdout.write(`${line}\n`);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
