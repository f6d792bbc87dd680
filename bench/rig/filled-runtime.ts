import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine } from '../../local/dynamodb/engine.ts';
import { createEngineClient } from '../../local/dynamodb/engine-client.ts';
import { type Runtime, startRuntime } from '../../test/support/drivers/runtime.ts';
import { type FilledLibrary, fillTable, ownerOf, tableOf } from './fill-library.ts';

export interface FilledRuntime extends Runtime {
  readonly filled: FilledLibrary;
}

/** A bench calls faster than any person. */
const UNHURRIED = ['-c', 'rateLimits.perMinute=1000000', '-c', 'rateLimits.anonymousPerMinute=1000000'];

/**
 * A runtime whose library has so many records and whose stream has nothing left to read, as a day after they were added. They
 * are written and indexed while no function runs: announcing them takes far longer, and is another subject.
 */
export const startFilledRuntime = async (records: number): Promise<FilledRuntime> => {
  const folder = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'bench-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const filled = await fillFolder(folder, records);
    const runtime = await startInFolder(folder);
    const stop = async (): Promise<number | null> => {
      const code = await runtime.stop();
      await remove();
      return code;
    };
    return { ...runtime, filled, stop };
  } catch (error) {
    await remove();
    throw error;
  }
};

export const startInFolder = (folder: string): Promise<Runtime> => startRuntime(['--data', folder, ...UNHURRIED]);

/** The first start creates table and owner; then only the engine takes the records. */
export const fillFolder = async (folder: string, records: number): Promise<FilledLibrary> => {
  const runtime = await startRuntime(['--data', folder]);
  const owner = await ownerOf(runtime.ready).finally(runtime.stop);
  const engine = await startEngine({ folder, onExit: () => undefined });
  try {
    // The stream would have no reader, and storing millions of its records is a good part of the work. The next start adds the
    // stream again.
    const StreamSpecification = { StreamEnabled: false };
    await createEngineClient(engine.url)('UpdateTable', { TableName: runtime.ready.table, StreamSpecification });
    return await fillTable(tableOf({ ...runtime.ready, dynamodb: engine.url }), owner, records);
  } finally {
    await engine.stop();
  }
};
