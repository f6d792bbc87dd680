import type { SQSEvent } from 'aws-lambda';
import { sendingAlone } from '../entries/sending.ts';
import { EndExpiredEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { endExpired } from './end-expired.ts';
import { type AwaitedDelivery, type PlannedEnd, sqsEnds } from './end-queue.ts';

const env = EndExpiredEnvironment.parse(process.env);
const end = endExpired({
  ...sendingAlone(openTable(env.TABLE), env.MANAGEMENT_URL),
  plan: sqsEnds(env.END_QUEUE_URL),
});

export const handler = async (event: SQSEvent): Promise<void> => {
  for (const { body } of event.Records) await end(JSON.parse(body) as PlannedEnd | AwaitedDelivery);
};
