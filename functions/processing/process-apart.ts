import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SPOOL_PREFIX, spool } from '../uploads/spool.ts';
import type { ExamineFile } from './examine-file.ts';
import { type processFile, sizeMismatch } from './process-file.ts';

/**
 * Verifies a file where `examine` does, a process of its own: for what took a function along, or may have. The file is
 * brought to the disk first, which the process reads.
 */
export const processApart =
  (examine: ExamineFile): typeof processFile =>
  async ({ body, declared }) => {
    const folder = await mkdtemp(join(tmpdir(), SPOOL_PREFIX));
    try {
      const file = await spool(body, join(folder, 'file'), declared.size);
      return file ? (await examine(file.path, declared)).outcome : sizeMismatch(declared);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
