import { writeFile } from 'node:fs/promises';

/** One measured thing. `ratio` is value to baseline; without a budget the row only informs. */
export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly baseline: number;
  readonly ratio: number;
  readonly budget: number | null;
  readonly ok: boolean;
}

/** A row of which less is better: it is ok while value / baseline stays within the budget. */
export const benchRow = (row: Omit<BenchRow, 'ratio' | 'ok'>): BenchRow => {
  const ratio = row.value / row.baseline;
  return { ...row, ratio, ok: row.budget === null || ratio <= row.budget };
};

/** The middle of the measurements: one disturbed run does not move it. */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
};

const figure = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

const cells = ({ name, value, unit, baseline, ratio, budget, ok }: BenchRow): readonly string[] => [
  name,
  `${figure(value)} ${unit}`,
  `${figure(baseline)} ${unit}`,
  ratio.toFixed(2),
  budget === null ? '-' : String(budget),
  ok ? 'ok' : 'OVER',
];

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
