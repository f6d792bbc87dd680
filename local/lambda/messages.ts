/** The start message of a function's worker thread. */
export interface BootData {
  readonly folder: string;
  readonly handler: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  /** Its console writes lines of JSON, as `LoggingConfig` of the template asks. */
  readonly logsJson: boolean;
}

/** One request. The event travels as JSON, as on AWS: what JSON cannot say does not arrive. */
export interface WorkerRequest {
  readonly event: string;
  readonly requestId: string;
  /** Milliseconds of the epoch at which the request times out. */
  readonly deadline: number;
}

/** The thread's answer. A payload is JSON, and undefined when the handler returned nothing. */
export type WorkerAnswer =
  | { readonly type: 'ready' }
  | { readonly type: 'broken'; readonly payload: string }
  | { readonly type: 'result'; readonly payload: string | undefined }
  | { readonly type: 'failure'; readonly payload: string };
