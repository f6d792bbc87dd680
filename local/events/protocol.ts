import { randomUUID } from 'node:crypto';
import { type AwsService, answerJson, jsonBody, operationOf } from '../aws/protocol.ts';
import { type AccessControl, AwsError, LOCAL_ACCOUNT, LOCAL_REGION } from '../ports.ts';
import type { EventRuleSpec } from '../template/event-rules.ts';
import { isRecord, type Json } from '../template/json.ts';

/** The dependencies of the event bus. */
export interface EventBusOptions {
  readonly rules: () => readonly EventRuleSpec[];
  readonly access: AccessControl;
  readonly deliver: (targetArn: string, event: Json) => Promise<void>;
}

const BUS = `arn:aws:events:${LOCAL_REGION}:${LOCAL_ACCOUNT}:event-bus/default`;
const MOST_ENTRIES = 10;

/**
 * EventBridge's PutEvents on the default bus: an event goes to the targets of each rule whose pattern it matches.
 *
 * On AWS, sources that begin with `aws.` are reserved for AWS itself. Here the operator sends them, as for GuardDuty, whose
 * results would never come otherwise.
 */
export const createEventBus =
  ({ rules, access, deliver }: EventBusOptions): AwsService =>
  async (request, response) => {
    if (operationOf(request) !== 'PutEvents') {
      throw new AwsError('UnknownOperationException', `EventBridge has no ${operationOf(request)} here.`, 404);
    }
    access.authorize(request.principal, 'events:PutEvents', BUS);
    const { Entries } = jsonBody(request.body);
    if (!Array.isArray(Entries) || Entries.length === 0 || Entries.length > MOST_ENTRIES) {
      throw new AwsError('ValidationException', `Entries must be 1 to ${MOST_ENTRIES}.`);
    }
    const events = Entries.map((entry: unknown) => eventOf(entry, request.principal.roleLogicalId !== undefined));
    for (const event of events) {
      const targets = rules().flatMap(({ matches, targetArns }) => (matches(event) ? targetArns : []));
      for (const target of targets) await deliver(target, event);
    }
    const answered = events.map(({ id }) => ({ EventId: id }));
    answerJson(response, 200, { FailedEntryCount: 0, Entries: answered }, 'application/x-amz-json-1.1');
  };

const eventOf = (entry: unknown, isFunction: boolean) => {
  const { Source, DetailType, Detail, Time, Resources } = isRecord(entry as Json)
    ? (entry as Record<string, Json>)
    : {};
  if (typeof Source !== 'string' || typeof DetailType !== 'string' || typeof Detail !== 'string') {
    throw new AwsError('ValidationException', 'An entry needs Source, DetailType and Detail.');
  }
  if (isFunction && Source.startsWith('aws.')) {
    throw new AwsError('NotAuthorizedForSourceException', 'Not authorized for the source.', 403);
  }
  const detail = parsed(Detail);
  const at = typeof Time === 'number' ? new Date(Time * 1000) : new Date();
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': DetailType,
    source: Source,
    account: LOCAL_ACCOUNT,
    time: `${at.toISOString().slice(0, 19)}Z`,
    region: LOCAL_REGION,
    resources: Array.isArray(Resources) ? (Resources as readonly Json[]) : [],
    detail,
  };
};

const parsed = (text: string): Json => {
  try {
    const detail = JSON.parse(text) as Json;
    if (isRecord(detail)) return detail;
  } catch {
    // Answered as a detail of another shape is.
  }
  throw new AwsError('MalformedDetail', 'Detail is malformed.');
};
