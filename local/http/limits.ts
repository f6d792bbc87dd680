/** Quotas of an API Gateway HTTP API and of Lambda's synchronous invocation, in bytes and milliseconds. */
export const LIMITS = {
  /** Request line and header values together; beyond it AWS answers 431. */
  headerBytes: 10_240,
  requestBytes: 10 * 1024 * 1024,
  /** Lambda refuses a longer event with RequestEntityTooLarge. */
  eventBytes: 6_291_456,
  /** Lambda turns a longer result into a function error (its message names this very number). */
  resultBytes: 6_291_556,
  integrationMs: 30_000,
} as const;

/** JSON writes one byte as at most six (`\u0001`), so text below a sixth of a limit cannot exceed it and is not measured. */
export const surelyBelow = (text: string, limit: number): boolean => text.length * 6 < limit - 64 * 1024;

/** Length of a value as the JSON that would travel to or from Lambda. */
export const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '');
