import { Construct } from 'constructs';
import { NO_MAIL } from '../functions/domain/mail.ts';
import type { ApiFunctionsProps } from './api-functions.ts';
import { variable } from './grant.ts';
import type { MediaBucket } from './media-bucket.ts';
import { OperationFunction } from './operation-function.ts';
import type { WebSocketApi } from './web-socket-api.ts';

interface WebProps extends ApiFunctionsProps {
  readonly bucket: MediaBucket;
  readonly sockets: WebSocketApi;
  /** Whether the stack sends mail: the page then offers a new password. */
  readonly mail: boolean;
}

/** The dashboard, at the address of the API: its session cookie counts there, and no other origin is let in. */
export class Web extends Construct {
  readonly functions: readonly OperationFunction[];

  constructor(scope: Construct, id: string, { defaults, base, bucket, sockets, mail }: WebProps) {
    super(scope, id);
    this.functions = [
      new OperationFunction(this, 'web', {
        ...defaults,
        description: 'Serves the dashboard',
        grants: [
          ...base,
          variable('SOCKET_URL', sockets.url),
          variable('MAIL', mail ? 'on' : NO_MAIL),
          variable('FILES_URL', `https://${bucket.bucket.bucketRegionalDomainName}`),
        ],
      }),
    ];
  }
}
