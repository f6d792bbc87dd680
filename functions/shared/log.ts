/** One JSON line a request: route, caller and result. Never a header, body, address or token. */
export interface RequestLine {
  readonly requestId: string;
  readonly route: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly userId?: string | undefined;
  readonly teamId?: string | undefined;
  readonly code?: string | undefined;
}

export const logRequest = (line: RequestLine): void => {
  console.info(JSON.stringify({ level: 'INFO', ...line }));
};

const faultOf = (error: unknown): Readonly<Record<string, unknown>> =>
  error instanceof Error
    ? {
        name: error.name,
        message: error.message,
        stack: error.stack,
        ...(error.cause === undefined ? {} : { cause: faultOf(error.cause) }),
      }
    : { message: String(error) };

/** A bug, whole: the only place where a stack is written, and only to the log. */
export const logFault = (requestId: string, error: unknown): void => {
  console.error(JSON.stringify({ level: 'ERROR', requestId, fault: faultOf(error) }));
};
