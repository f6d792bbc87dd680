import type { UploadSession } from '../../../functions/domain/upload.ts';
import type { dynamoUploads } from '../../../functions/uploads/upload-store.ts';
import { aRecord, aSession } from './library.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface Import {
  readonly teamId: string;
  readonly clients: number;
  readonly perSecond: number;
  readonly seconds: number;
  readonly quota: { readonly bytes: number; readonly records: number };
  /** Who imports: each client for itself, or all by one key. */
  readonly userOf: (client: number) => string;
  readonly by?: UploadSession['by'];
  /** How many unfinished uploads a person may have; their keys, half as many. */
  readonly mostOpen?: number;
  readonly tagIds?: readonly string[];
}

/** What a client waits for between the steps of an upload: its bytes are sent, its file is examined. */
const BETWEEN_MILLISECONDS = 30;

/**
 * Clients that upload at once, each at its own beat, through the steps of an upload in the table. Answers what each record ended
 * as: `active`, or the code of its error.
 */
export const importFiles = async (
  time: VirtualTime,
  uploads: Pick<ReturnType<typeof dynamoUploads>, 'open' | 'begin' | 'complete'>,
  { teamId, clients, perSecond, seconds, quota, userOf, by, mostOpen = 10_000, tagIds = [] }: Import,
): Promise<readonly string[]> => {
  const beat = (1000 * clients) / perSecond;
  const one = async (session: UploadSession): Promise<string> => {
    try {
      await uploads.open(session, quota, mostOpen);
      await time.pause(BETWEEN_MILLISECONDS);
      await uploads.begin(session);
      await time.pause(BETWEEN_MILLISECONDS);
      const { id: fileVersion, mediaId: id, fileSize, userId } = session;
      const record = aRecord({ id, teamId, userId, fileVersion, fileSize, tagIds });
      return (await uploads.complete({ ...session, status: 'processing' }, record, record.createdAt))
        ? 'active'
        : 'lost';
    } catch (error) {
      return String((error as { code?: unknown }).code ?? error);
    }
  };
  const client = async (number: number): Promise<readonly string[]> => {
    await time.pause(time.random() * beat);
    const records: Promise<string>[] = [];
    for (let left = (perSecond * seconds) / clients; left > 0; left -= 1) {
      records.push(one(aSession({ teamId, userId: userOf(number), by, fileSize: 1000 })));
      await time.pause(beat);
    }
    return Promise.all(records);
  };
  return (await Promise.all(Array.from({ length: clients }, (_, number) => client(number)))).flat();
};
