import { writeFile } from 'node:fs/promises';

/** One measured thing. `ratio` is value to baseline; without a baseline or a budget the row only informs. */
export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly baseline: number | null;
  readonly ratio: number | null;
  readonly budget: number | null;
  /** Whether the ratio may be at most the budget (a time) or has to be at least the budget (a rate). */
  readonly better: 'less' | 'more';
  readonly ok: boolean;
}

type Measured = Omit<BenchRow, 'ratio' | 'ok' | 'better'>;

/** A row of which less is better: it is ok while value / baseline stays within the budget. */
export const benchRow = (row: Measured): BenchRow => judged(row, 'less');

/** A row of which more is better: it is ok while value / baseline is not below the budget. */
export const rateRow = (row: Measured): BenchRow => judged(row, 'more');

const judged = (row: Measured, better: BenchRow['better']): BenchRow => {
  const ratio = row.baseline === null ? null : row.value / row.baseline;
  const within = (limit: number, reached: number): boolean => (better === 'less' ? reached <= limit : reached >= limit);
  return { ...row, better, ratio, ok: row.budget === null || (ratio !== null && within(row.budget, ratio)) };
};

/** The value that a share of the measurements does not exceed; `share` is 0.5 for the median. */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
};

/** The middle of the measurements: one disturbed run does not move it. */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
};

const figure = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

const cells = ({ name, value, unit, baseline, ratio, budget, better, ok }: BenchRow): readonly string[] => [
  name,
  `${figure(value)} ${unit}`,
  baseline === null ? '-' : `${figure(baseline)} ${unit}`,
  ratio === null ? '-' : ratio.toFixed(2),
  budget === null ? '-' : `${better === 'less' ? '<=' : '>='} ${budget}`,
  budget === null ? '' : ok ? 'ok' : 'OVER',
];

/** One row as a line, printed while the others are measured. */
export const formatRow = (row: BenchRow): string => cells(row).filter(Boolean).join('  ');

/** The rows as an aligned table for people. */
export const formatTable = (rows: readonly BenchRow[]): string => {
  const lines = [['what', 'value', 'baseline', 'ratio', 'budget', ''], ...rows.map(cells)];
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  return lines
    .map((line) =>
      line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))),
    )
    .map((line) => line.join('  ').trimEnd())
    .join('\n');
};

/** Prints the table and, given a path, writes the rows as JSON for machines. */
export const report = async (rows: readonly BenchRow[], path?: string): Promise<void> => {
  process.stdout.write(`${formatTable(rows)}\n`);
  if (path) await writeFile(path, `${JSON.stringify(rows, null, 2)}\n`);
};
