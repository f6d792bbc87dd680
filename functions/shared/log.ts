/** One line a request: route, caller and result. Never a header, body, address or token. */
export interface RequestLine {
  /** API Gateway's, which the caller got as `x-request-id`. Lambda adds its own beside the message. */
  readonly requestId: string;
  readonly route: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly userId?: string | undefined;
  readonly teamId?: string | undefined;
  readonly code?: string | undefined;
}

/**
 * Logs what happened as one line. The object is handed over whole: Lambda writes it into `message` of a line of JSON with
 * time, level and request id, where a text of JSON would be quoted, and no query would find its fields.
 */
export const logInfo = (fields: Readonly<Record<string, unknown>>): void => {
  console.info(fields);
};

/** The same for what an operator has to look at. */
export const logError = (fields: Readonly<Record<string, unknown>>): void => {
  console.error(fields);
};

export const logRequest = (line: RequestLine): void => logInfo({ ...line });

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
export const logFault = (requestId: string, error: unknown): void => logFailure({ requestId }, error);

/** The same for what no request is the cause of; the fields say what was at work. */
export const logFailure = (fields: Readonly<Record<string, unknown>>, error: unknown): void => {
  logError({ ...fields, fault: faultOf(error) });
};
