import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { type AwsService, operationOf } from '../aws/protocol.ts';
import type { RunningFunctions } from '../lambda/host.ts';
import { AwsError, type InvokeResult } from '../ports.ts';
import { xmlError } from '../s3/xml.ts';
import type { Faults } from './faults.ts';
import type { FaultRule, FaultyService } from './plan.ts';
import { unheardResponse } from './unheard-response.ts';

const DELAY_MS = 1000;

/** By the name in the credential scope. */
const NAMES: Readonly<Record<string, FaultyService>> = {
  dynamodb: 'table',
  sqs: 'queue',
  secretsmanager: 'secrets',
  lambda: 'invoke',
};

const THROTTLES: Readonly<Partial<Record<FaultyService, string>>> = {
  table: 'ProvisionedThroughputExceededException',
  invoke: 'TooManyRequestsException',
  bucket: 'SlowDown',
};

const errorOf = (service: FaultyService, kind: 'refuse' | 'throttle'): AwsError => {
  if (kind === 'refuse')
    return new AwsError(service === 'bucket' ? 'InternalError' : 'InternalServerError', 'A fault of the plan', 500);
  const status = service === 'bucket' ? 503 : service === 'invoke' ? 429 : 400;
  return new AwsError(THROTTLES[service] ?? 'ThrottlingException', 'A fault of the plan', status);
};

const killed = (): never => {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('killed by the plan of faults');
};

/** Runs a call with its fault. `run` answers into the response that it is given. */
const withFault = async (
  rule: FaultRule,
  service: FaultyService,
  response: ServerResponse,
  run: (response: ServerResponse) => Promise<unknown>,
): Promise<void> => {
  switch (rule.do) {
    case 'refuse':
    case 'throttle':
      throw errorOf(service, rule.do);
    case 'delay':
      await pause(rule.milliseconds ?? DELAY_MS);
      await run(response);
      return;
    case 'twice':
      await run(unheardResponse(response)).catch(() => undefined);
      await run(response);
      return;
    case 'lose-answer':
      await run(unheardResponse(response)).catch(() => undefined);
      response.destroy();
      return;
    case 'kill':
      await run(unheardResponse(response)).catch(() => undefined);
      return killed();
    case 'reorder':
      await run(response);
  }
};

/** Services behind the one endpoint, with their faults. */
export const faultyServices = (
  services: Readonly<Record<string, AwsService>>,
  faults: Faults,
): Readonly<Record<string, AwsService>> =>
  Object.fromEntries(
    Object.entries(services).map(([name, service]) => {
      const kind = NAMES[name];
      if (kind === undefined) return [name, service];
      const faulty: AwsService = (request, response) => {
        const call = kind === 'invoke' ? (/functions\/([^/]+)\//.exec(request.url)?.[1] ?? '') : operationOf(request);
        const rule = faults.at(kind, call, () => request.body.toString());
        const run = (to: ServerResponse) => service(request, to);
        return rule ? withFault(rule, kind, response, run) : run(response);
      };
      return [name, faulty];
    }),
  );

const answerXml = (outgoing: ServerResponse, { code, message, status }: AwsError): void => {
  outgoing.writeHead(status, { 'content-type': 'application/xml', connection: 'close' });
  outgoing.end(xmlError({ Code: code, Message: message }));
};

/** Sets faults around the requests to the bucket. */
export const faultyBucket =
  (faults: Faults) =>
  async (incoming: IncomingMessage, outgoing: ServerResponse, run: (to: ServerResponse) => Promise<void>) => {
    const { method = 'GET', url = '' } = incoming;
    const rule = faults.at('bucket', method, () => url);
    try {
      await (rule ? withFault(rule, 'bucket', outgoing, run) : run(outgoing));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      answerXml(outgoing, error);
    }
  };

const isInOrder = (records: readonly unknown[]): boolean =>
  records.some((each) => {
    const { attributes, dynamodb } = each as { attributes?: { MessageGroupId?: string }; dynamodb?: unknown };
    return dynamodb !== undefined || attributes?.MessageGroupId !== undefined;
  });

/** The batch in another order, where its source promises none. */
const reordered = (event: unknown): unknown => {
  const { Records } = event as { Records?: readonly unknown[] };
  return Records && !isInOrder(Records) ? { ...(event as object), Records: Records.toReversed() } : event;
};

const LOST: InvokeResult = {
  payload: { errorType: 'Fault', errorMessage: 'The answer of the function was lost' },
  functionError: 'Unhandled',
};

/** Functions as queues and streams call them, with the faults of deliveries: late, twice, in another order, or not answered. */
export const faultyDeliveries = (functions: RunningFunctions, faults: Faults): RunningFunctions => ({
  ...functions,
  invoke: async (name, event, withdrawn) => {
    const short = name.replace(/^.*:function:/, '');
    const rule = faults.at('delivery', short, () => JSON.stringify(event));
    const invoke = (given = event) => functions.invoke(name, given, withdrawn);
    switch (rule?.do) {
      case 'refuse':
      case 'throttle':
        return LOST;
      case 'delay':
        await pause(rule.milliseconds ?? DELAY_MS);
        return invoke();
      case 'twice':
        await invoke();
        return invoke();
      case 'lose-answer':
        await invoke();
        return LOST;
      case 'kill':
        await invoke();
        return killed();
      case 'reorder':
        return invoke(reordered(event));
      default:
        return invoke();
    }
  },
});
