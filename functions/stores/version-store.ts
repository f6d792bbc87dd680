import { versionKey } from './keys.ts';
import type { Table } from './table.ts';

/** A version of a file that was replaced or removed, while its objects may still be there. */
export interface LeftVersion {
  readonly teamId: string;
  readonly mediaId: string;
  readonly fileVersion: string;
}

/** Versions that no record has any more; the table notes them in the transaction that takes them off their record. */
export const dynamoVersions = (table: Table) => ({
  get: async (fileVersion: string): Promise<LeftVersion | undefined> => {
    const item = await table.get(versionKey(fileVersion));
    return item as LeftVersion | undefined;
  },
  /** Nothing is left of it. */
  forget: (fileVersion: string): Promise<void> => table.remove(versionKey(fileVersion)),
});

export type VersionStore = ReturnType<typeof dynamoVersions>;
