import * as z from 'zod/mini';
import { FileMetadataSchema } from '../../files/metadata/metadata-schema.ts';

/** The embedded metadata of a file; parts that its kind does not have are null. */
export const Metadata = z.strictObject({
  id: z.string(),
  filename: z.string(),
  fileSize: z.int().check(z.nonnegative()),
  ...FileMetadataSchema.shape,
});
