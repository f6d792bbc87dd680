import * as z from 'zod/mini';
import { stableAddress } from '../../domain/media.ts';
import { callsOf, READS_OF_A_CALL } from '../../http/cost.ts';
import { fittingRows, travelBytes } from '../../http/fitting-rows.ts';
import { route } from '../../http/route.ts';
import type { CheckDuplicates, Duplicate } from '../../media/check-duplicates.ts';
import { bytes, fileName } from '../common/fields.ts';
import { envelope } from './media-view.ts';

const MOST_FILES = 500;

export const v1CheckDuplicates = route({
  method: 'POST',
  path: '/api/v1/media/check-duplicates',
  summary: 'Check whether files of the same name and size exist',
  dialect: 'v1',
  operation: 'check-duplicates',
  access: 'media:read',
  failure: 'Failed to check duplicates',
  body: z.strictObject({
    files: z.array(z.strictObject({ filename: fileName, fileSize: bytes })).check(z.maxLength(MOST_FILES)),
  }),
  cost: ({ files }: CheckDuplicates) => callsOf(files.length, READS_OF_A_CALL),
  input: ({ body }): CheckDuplicates => body,
  reply: (duplicates: readonly Duplicate[], { publicUrl }) => ({
    status: 200,
    body: envelope({ duplicates: fittingDuplicates(duplicates, publicUrl) }),
  }),
});

/** Each file with the first record that it is like, and with as many of the others as the answer carries. */
const fittingDuplicates = (duplicates: readonly Duplicate[], publicUrl: string) => {
  const view = ({ id, externalUrl, createdAt, ...record }: Duplicate['existing'][number]) => ({
    id,
    url: externalUrl ?? stableAddress(publicUrl, { id, ...record }),
    createdAt,
  });
  const first = duplicates.map(({ filename, fileSize, existing }) => ({
    filename,
    fileSize,
    existing: existing.slice(0, 1).map(view),
  }));
  const others = duplicates.flatMap(({ existing }, index) => existing.slice(1).map((record) => ({ index, record })));
  const fitting = fittingRows(others, ({ record }) => view(record), travelBytes(first));
  for (const [position, row] of fitting.entries()) first[others[position]?.index ?? 0]?.existing.push(row);
  return first;
};
