import { callService } from './local-stack/call-service.ts';
import type { Ready } from './runtime.ts';

/** Sends an event to the default bus of the running runtime, as a service of AWS would. */
export const putEvent = async (
  { aws, accessKeyId, secretAccessKey }: Ready,
  source: string,
  detailType: string,
  detail: object,
): Promise<void> => {
  const runtime = { addresses: { http: '', s3: '', dynamodb: '', aws }, operator: { accessKeyId, secretAccessKey } };
  await callService(runtime, 'events', 'AWSEvents.PutEvents', {
    Entries: [{ Source: source, DetailType: detailType, Detail: JSON.stringify(detail) }],
  });
};
