import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';
import { shareOf } from '../domain/shares.ts';
import { logFailure } from '../shared/log.ts';
import { slices } from '../table/slices.ts';
import type { IndexJob, IndexQueue, IndexTask } from './index-task.ts';

export interface QueueChangesDeps {
  readonly queue: Pick<IndexQueue, 'add'>;
}

/** Records of one message: about a second of work, if each has all the terms that a record may have. */
export const RECORDS_OF_MESSAGE = 25;

/** The lanes of a team: one for its records, and one for tags that were renamed or removed, which no new record waits for. */
export const INDEX_LANES = ['records', 'tags'] as const;

interface Change {
  readonly id: string;
  readonly group: string;
  readonly isTag: boolean;
  readonly sequence: string;
}

/** The part of a key behind its kind. */
const idIn = (pk: string): string => pk.slice(pk.indexOf('#') + 1);

const changeIn = ({ dynamodb }: DynamoDBRecord): readonly Change[] => {
  const id = idIn(dynamodb?.Keys?.pk?.S ?? '');
  const isTag = dynamodb?.Keys?.sk?.S === 'WORK';
  const image = dynamodb?.NewImage ?? dynamodb?.OldImage;
  // The work on a tag that was stored by an older version names no team: its lane is then that of the tag alone.
  const share = shareOf(image?.teamId?.S ?? id);
  if (id === '') return [];
  return [{ id, group: `${share}.${INDEX_LANES[isTag ? 1 : 0]}`, isTag, sequence: dynamodb?.SequenceNumber ?? '' }];
};

/** A job, and the change from which the stream has to repeat it if it could not be queued. */
type QueuedChange = IndexJob & { readonly sequence: string };

const jobsOf = (group: string, changes: readonly Change[]): readonly QueuedChange[] => {
  const first = new Map<string, Change>();
  for (const change of changes) if (!first.has(change.id)) first.set(change.id, change);
  const size = changes[0]?.isTag ? 1 : RECORDS_OF_MESSAGE;
  return slices([...first.values()], size).map((some): QueuedChange => {
    const mediaIds = some.map(({ id }) => id);
    const task: IndexTask = some[0]?.isTag ? { tagId: some[0].id } : { mediaIds };
    // Changes that are queued twice are indexed twice, which changes nothing.
    return { task, group, id: crypto.randomUUID(), sequence: some[0]?.sequence ?? '' };
  });
};

/**
 * Puts the changes in a batch of the table's stream into the lanes of their teams. The stream delivers the changes of all teams
 * one after the other, so nothing is read or written here that depends on what changed: a team that imports, or renames a tag of
 * many records, fills its own lanes, and the record of another team does not wait.
 */
export const queueChanges =
  ({ queue }: QueueChangesDeps) =>
  async (records: readonly DynamoDBRecord[]): Promise<DynamoDBBatchResponse> => {
    const groups = Map.groupBy(records.flatMap(changeIn), ({ group }) => group);
    const jobs = [...groups].flatMap(([group, changes]) => jobsOf(group, changes));
    const failed = await queue.add(jobs);
    const sequences = jobs.filter(({ id }) => failed.has(id)).map(({ sequence }) => sequence);
    if (sequences.length === 0) return { batchItemFailures: [] };
    logFailure({ sequences: sequences.length }, new Error('Changes could not be put into their lanes'));
    // Lambda goes on from the first of them, and repeats what follows.
    return { batchItemFailures: sequences.map((itemIdentifier) => ({ itemIdentifier })) };
  };
