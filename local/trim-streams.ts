import type { StreamFile } from './dynamodb/stream-file.ts';
import type { Checkpoints } from './lambda/checkpoints.ts';
import { readTables, type TableSpec } from './template/data.ts';
import { type EventSourceSpec, readEventSources } from './template/functions.ts';
import type { Stack } from './template/stack.ts';

/** A burst of writes leaves more than one slice; more than these would delay everything else. */
const MOST_SLICES = 20;

const lowest = (positions: readonly bigint[]): bigint | undefined =>
  positions.reduce((low: bigint | undefined, each) => (low === undefined || each < low ? each : low), undefined);

/** The last record that all consumers of a table's stream have passed; undefined while one of them has passed none. */
const passedBy = (
  { streamArn }: TableSpec,
  sources: readonly EventSourceSpec[],
  checkpoints: Checkpoints,
): bigint | undefined => {
  const positions = sources
    .filter(({ sourceArn }) => sourceArn === streamArn)
    .map(({ logicalId }) => checkpoints.get(logicalId));
  const all = positions.filter((each) => each !== undefined);
  return all.length === positions.length ? lowest(all) : undefined;
};

/** Removes the records of streams that every consumer has passed, or that are too old. */
export const trimStreams = (
  stack: Stack,
  streamFile: StreamFile,
  checkpoints: Checkpoints,
  report: (message: string) => void,
): void => {
  const sources = readEventSources(stack);
  try {
    for (const table of readTables(stack).filter(({ streamArn }) => streamArn !== undefined)) {
      const passed = passedBy(table, sources, checkpoints);
      for (let slice = 0; slice < MOST_SLICES && streamFile.trim(table.name, passed, new Date()) > 0; slice += 1);
    }
  } catch (error) {
    // The engine holds the file for a moment; the next round trims the rest.
    report(`Trimming the stream was put off: ${String(error)}`);
  }
};
