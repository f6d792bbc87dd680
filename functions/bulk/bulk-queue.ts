import { type LaneQueue, sqsLaneQueue } from '../shared/lane-queue.ts';

/** A message of the queue: a job that has work left. */
export interface BulkTask {
  readonly jobId: string;
  readonly teamId: string;
  /** The page that it goes on with: the same message sent twice is there once. */
  readonly page: number;
}

/** Jobs that wait, one lane for each team: of a team, one page is worked on at a time. */
export interface BulkQueue {
  add(task: BulkTask): Promise<void>;
  retry: LaneQueue<BulkTask>['retry'];
}

export const sqsBulkQueue = (queueUrl: string): BulkQueue => {
  const lanes = sqsLaneQueue<BulkTask>(queueUrl);
  return {
    add: async (task) => {
      const failed = await lanes.add([{ task, group: task.teamId, id: `${task.jobId}-${task.page}` }]);
      if (failed.size > 0) throw new Error(`the change of many records ${task.jobId} could not be queued`);
    },
    retry: lanes.retry,
  };
};
