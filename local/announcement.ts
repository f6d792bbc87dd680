import type { Owner } from './owner.ts';
import { LOCAL_REGION } from './ports.ts';
import type { Runtime } from './runtime.ts';
import { welcomeToken } from './welcome/token.ts';

/** The ready line: everything that a program needs to use the runtime. */
export interface Ready {
  readonly ready: true;
  /** The address of everything: the edge's, where the stack has one. */
  readonly http: string;
  /** The HTTP API behind the edge. */
  readonly api?: string;
  /** The welcome page with the owner's password and key; without the token in it, the page shows neither. */
  readonly welcome: string;
  readonly ws: string;
  readonly s3: string;
  readonly dynamodb: string;
  readonly aws: string;
  readonly region: string;
  /** The operator's key: it may do everything. */
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly table: string;
  readonly bucket: string;
  readonly email: string;
  readonly password: string;
  readonly apiKey: string;
  /** Outputs of the stack, with local addresses. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** Collects the ready line. */
export const readyOf = (runtime: Runtime, owner: Owner): Ready => {
  const outputs = runtime.outputs();
  return {
    ready: true,
    http: runtime.addresses.http,
    ...(runtime.addresses.api === undefined ? {} : { api: runtime.addresses.api }),
    welcome: `${runtime.addresses.http}/?token=${welcomeToken(owner)}`,
    ws: outputs.WebSocketUrl ?? '',
    s3: runtime.addresses.s3,
    dynamodb: runtime.addresses.dynamodb,
    table: outputs.TableName ?? '',
    bucket: outputs.BucketName ?? '',
    ...owner,
    aws: runtime.addresses.aws,
    region: LOCAL_REGION,
    accessKeyId: runtime.operator.accessKeyId,
    secretAccessKey: runtime.operator.secretAccessKey,
    outputs,
  };
};

/** The ready line for people. */
export const greeting = (ready: Ready, place: string): string => `
  Mediashelf is ready: ${ready.http}

  HTTP API    ${ready.http}/api/v1
  WebSocket   ${ready.ws}
  S3          ${ready.s3}  (bucket ${ready.bucket})
  DynamoDB    ${ready.dynamodb}  (table ${ready.table})

  Owner       ${ready.email}
  Password    ${ready.password}
  API key     ${ready.apiKey}

  Next        open ${ready.welcome}
              in a browser, or:
              curl -H 'authorization: Bearer ${ready.apiKey}' ${ready.http}/api/v1/media
  Data        ${place}
  Stop        Ctrl+C
`;
