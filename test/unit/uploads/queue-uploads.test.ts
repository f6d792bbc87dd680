import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { SQSEvent } from 'aws-lambda';
import type { UploadSession } from '../../../functions/domain/upload.ts';
import type { FileJob } from '../../../functions/uploads/file-queue.ts';
import { queueUploads } from '../../../functions/uploads/queue-uploads.ts';

const key = (team: string, name: string) => `originals/${team}/${name}/${name}-v`;
const told = (messageId: string, ...keys: readonly string[]) => ({
  messageId,
  body: JSON.stringify({ Records: keys.map((each) => ({ s3: { object: { key: encodeURIComponent(each) } } })) }),
});
/** Upload sessions by their ids, which are the versions of files. */
const sessions = new Map<string, UploadSession>();
const announced = (name: string, status: UploadSession['status'], userId = 'member') =>
  sessions.set(`${name}-v`, { id: `${name}-v`, status, userId } as UploadSession);
const queued = async (lanes: number, messages: readonly object[], fails: (job: FileJob) => boolean = () => false) => {
  const jobs: FileJob[] = [];
  const add = async (some: readonly FileJob[]) => {
    jobs.push(...some);
    return new Set(some.filter(fails).map(({ id }) => id));
  };
  const uploads = { get: async (id: string) => sessions.get(id) };
  const mayStillBring = async ({ userId }: UploadSession) => {
    if (userId === 'broken') throw new Error('no table');
    return userId !== 'removed';
  };
  const handler = queueUploads({ queue: { add }, lanes, uploads, mayStillBring });
  const { batchItemFailures } = await handler({ Records: messages } as unknown as SQSEvent);
  return { jobs, failed: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) };
};
afterEach(() => {
  sessions.clear();
  jest.restoreAllMocks();
});

describe('files that arrive', () => {
  it('wait in the lanes of their own team, of which there are as many as it has executions at most', async () => {
    const messages = Array.from({ length: 30 }, (_, at) => told(`m${at}`, key(at % 3 ? 'noisy' : 'quiet', `f${at}`)));
    const { jobs } = await queued(3, messages);
    const groups = Map.groupBy(jobs, ({ group }) => group);
    const ofTeam = (team: string) => [...groups.keys()].filter((group) => group.startsWith(`${team}.`));
    expect(ofTeam('noisy').length).toBeLessThanOrEqual(3);
    expect(ofTeam('noisy').length + ofTeam('quiet').length).toBe(groups.size);
    expect(jobs.every(({ group, task }) => task.key.includes(`/${group.split('.')[0]}/`))).toBe(true);
  });

  it('of guests share the lanes of one team, however many guests there are', async () => {
    const messages = Array.from({ length: 12 }, (_, at) => told(`m${at}`, key(`guest-${at}`, 'f')));
    const { jobs } = await queued(2, messages);
    expect([...new Set(jobs.map(({ group }) => group))].toSorted()).toEqual(['guests.0', 'guests.1']);
  });

  it('fill the lanes of a team one after the other', async () => {
    const { jobs } = await queued(3, [told('m', ...['a', 'b', 'c'].map((name) => key('team', name)))]);
    expect(new Set(jobs.map(({ group }) => group)).size).toBe(3);
  });

  it('whose message could not be moved on are told of again, and no others', async () => {
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const messages = [told('good', key('team', 'a')), told('bad', key('team', 'b'), key('team', 'c'))];
    const { failed } = await queued(3, messages, ({ task }) => task.key === key('team', 'c'));
    expect(failed).toEqual(['bad']);
  });

  it('are told of as not permitted when the person who announced them may not upload any more', async () => {
    announced('kept', 'pending');
    announced('ended', 'processing', 'removed');
    const { jobs } = await queued(3, [told('m', key('team', 'kept'), key('team', 'ended'), key('team', 'nobodys'))]);
    expect(jobs.map(({ task }) => task.notPermitted)).toEqual([undefined, true, undefined]);
  });

  it('are not asked about once they were recorded: the person who uploaded them may have left since', async () => {
    announced('old', 'active', 'broken');
    const { jobs, failed } = await queued(3, [told('m', key('team', 'old'))]);
    expect([jobs[0]?.task.notPermitted, failed]).toEqual([undefined, []]);
  });

  it('come again when it cannot be said whether they may be brought', async () => {
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
    announced('unknown', 'pending', 'broken');
    const { jobs, failed } = await queued(3, [told('m', key('team', 'unknown')), told('n', key('team', 'a'))]);
    expect([jobs.map(({ task }) => task.key), failed]).toEqual([[key('team', 'a')], ['m']]);
  });

  it('outside of the known folders are passed over', async () => {
    const { jobs, failed } = await queued(3, [told('m', 'renditions/t/m/v/small', 'x')]);
    expect([jobs, failed]).toEqual([[], []]);
  });

  it('are named by a scanner with its result', async () => {
    const scanned = {
      source: 'aws.guardduty',
      'detail-type': 'GuardDuty Malware Protection Object Scan Result',
      detail: {
        s3ObjectDetails: { objectKey: key('team', 'a') },
        scanResultDetails: { scanResultStatus: 'NO_THREATS_FOUND' },
      },
    };
    const { jobs } = await queued(3, [{ messageId: 'm', body: JSON.stringify(scanned) }]);
    expect(jobs.map(({ task }) => task)).toEqual([{ key: key('team', 'a'), reported: 'NO_THREATS_FOUND' }]);
  });
});
