/**
 * The interfaces between the emulated services of the local runtime.
 *
 * Import rule: a service folder (`s3/`, `sqs/`, `http/`, ...) imports only this file and `iam/`, never another service; only
 * `runtime.ts` joins them. Nothing here imports from `functions/` or `lib/`: the runtime only knows the synthesized template.
 */

/** Account and region that the runtime's pseudo parameters, ARNs and credential scopes carry. */
export const LOCAL_ACCOUNT = '000000000000';
export const LOCAL_REGION = 'us-east-1';

/** The name that the upload gateway has in the template of a local run; it answers at the address of the HTTP API. */
export const LOCAL_GATEWAY = 'uploads.localhost';

/** The signer of a request: the role of one function, or the operator, who may do everything. */
export interface Principal {
  readonly arn: string;
  /** `undefined` for the operator; otherwise the logical id of the IAM role. */
  readonly roleLogicalId?: string;
  /** Set for CloudFront, which acts for one distribution. */
  readonly distributionArn?: string;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** An error with AWS's code and message; each service renders it in its own protocol (XML for S3, JSON elsewhere). */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
  }
}

/** The identities of the template and what their policies allow. */
export interface AccessControl {
  /** Secret and principal behind an access key id, or undefined when the key does not exist. */
  lookup(accessKeyId: string): { readonly secretAccessKey: string; readonly principal: Principal } | undefined;
  /**
   * Throws `AwsError('AccessDenied' | 'AccessDeniedException', ..., 403)` with AWS's message unless a policy of the principal's
   * role allows `action` (for example `s3:GetObject`) on `resource` (an ARN) and none denies it. The operator always passes.
   */
  authorize(principal: Principal, action: string, resource: string, context?: Readonly<Record<string, string>>): void;
}

export interface InvokeResult {
  /** Parsed JSON that the handler returned; undefined when it returned nothing. */
  readonly payload: unknown;
  /** Set when the handler threw, timed out or ran out of memory: AWS's `Unhandled` with its error payload in `payload`. */
  readonly functionError?: 'Unhandled';
}

/** Runs the template's functions. Requests to one function beyond its free instances start another instance or wait. */
export interface FunctionHost {
  /**
   * `nameOrArn` is a function's physical name or ARN. Rejects with AwsError('ResourceNotFoundException') for an unknown one.
   * `withdrawn` cancels a request that no instance has started; it rejects with the signal's reason.
   */
  invoke(nameOrArn: string, event: unknown, withdrawn?: AbortSignal): Promise<InvokeResult>;
}

/** A part of the runtime. `stop` resolves once all its sockets, children and timers are gone. */
export interface Service {
  stop(): Promise<void>;
}

/** A service that listens; `url` is `http://127.0.0.1:<port>`. */
export interface ListeningService extends Service {
  readonly url: string;
}
