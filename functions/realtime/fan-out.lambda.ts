import { sendingAlone } from '../entries/sending.ts';
import { FanOutEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { deliver, deliverPortion } from './deliver.ts';
import type { FanOutTask } from './invoke.ts';

const env = FanOutEnvironment.parse(process.env);
/** A function's role cannot name the function itself. */
const alone = sendingAlone(openTable(env.TABLE), env.MANAGEMENT_URL);

/** Sends a range of events to a page of connections, or continues with a channel for which another invocation ran out of time. */
export const handler = async (task: FanOutTask): Promise<void> => {
  if ('ids' in task) return deliverPortion(task, alone);
  await deliver(task.teamId, task.channel, alone);
};
