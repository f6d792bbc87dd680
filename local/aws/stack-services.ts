import type { createGuard } from '../dynamodb/guard.ts';
import { createEventBus } from '../events/protocol.ts';
import type { StackAccess } from '../iam/access.ts';
import type { RunningFunctions } from '../lambda/host.ts';
import { createLambdaService, invokeAsEvent } from '../lambda/protocol.ts';
import type { Meters } from '../ledger/meters.ts';
import type { ListeningService } from '../ports.ts';
import { createSecretsService } from '../secrets/protocol.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { MailFolder } from '../ses/mail-folder.ts';
import { createMailService } from '../ses/protocol.ts';
import { createSqsService } from '../sqs/protocol.ts';
import type { Queues } from '../sqs/queues.ts';
import { readEventRules } from '../template/event-rules.ts';
import type { Stack } from '../template/stack.ts';
import { startAwsEndpoint } from './endpoint.ts';

/** The targets of AWS calls. */
export interface StackServicesOptions {
  readonly stack: () => Stack;
  readonly access: StackAccess;
  readonly table: ReturnType<typeof createGuard>;
  readonly queues: Queues;
  readonly secrets: SecretStore;
  readonly mails: MailFolder;
  readonly functions: RunningFunctions;
  readonly onFailure: (error: unknown) => void;
  /** The port of the endpoint, if it is free. */
  readonly port: number;
  /** Sets meters around the services. */
  readonly metered: Meters['services'];
}

/** Starts the endpoint of all services that the functions of a stack call, S3 aside. */
export const startStackServices = (options: StackServicesOptions): Promise<ListeningService> => {
  const { stack, access, table, queues, secrets, mails, functions, onFailure } = options;
  const rotate = (name: string, event: unknown) => invokeAsEvent(functions, name, event);
  return startAwsEndpoint({
    access,
    services: options.metered({
      dynamodb: table,
      sqs: createSqsService(queues, access),
      secretsmanager: createSecretsService(secrets, access, rotate),
      lambda: createLambdaService(functions, access, onFailure),
      ses: createMailService(mails, access),
      events: createEventBus({
        rules: () => readEventRules(stack()),
        access,
        deliver: async (targetArn, event) => {
          if (targetArn.startsWith('arn:aws:sqs:')) await queues.send(targetArn, JSON.stringify(event));
          else await invokeAsEvent(functions, targetArn, event);
        },
      }),
    }),
    onFailure,
    port: options.port,
  });
};
