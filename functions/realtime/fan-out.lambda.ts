import { sendingOver } from '../entries/sending.ts';
import { FanOutEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { type DeliverDeps, deliver, deliverPortion } from './deliver.ts';
import type { FanOutTask } from './invoke.ts';

const env = FanOutEnvironment.parse(process.env);
const sending = sendingOver(openTable(env.TABLE), env.MANAGEMENT_URL);
/** A function's role cannot name the function itself, so this one sends all pages itself and continues until it is done. */
const alone: DeliverDeps = {
  ...sending,
  fanOutPage: (portion) => deliverPortion(portion, sending),
  continueInBackground: async (teamId, channel) => void (await deliver(teamId, channel, alone)),
};

/** Sends a range of events to a page of connections, or continues with a channel for which another invocation ran out of time. */
export const handler = async (task: FanOutTask): Promise<void> => {
  if ('ids' in task) return deliverPortion(task, sending);
  await deliver(task.teamId, task.channel, alone);
};
