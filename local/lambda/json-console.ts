import { format } from 'node:util';

/** What Lambda's own runtime replaces, with the level that each has in a line. Lines below INFO are left out, as the template asks. */
const LEVELS = { log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR' } as const;
const BELOW = ['debug', 'trace'] as const;

const withErrors = (_: string, value: unknown): unknown =>
  value instanceof Error
    ? { errorType: value.name, errorMessage: value.message, stackTrace: (value.stack ?? '').split('\n') }
    : value;

/** One line of a function that logs JSON: an object stands in `message` as it is, and everything else as text. */
export const jsonLine = (level: string, requestId: string | undefined, parts: readonly unknown[]): string => {
  const line = { timestamp: new Date().toISOString(), level, ...(requestId === undefined ? {} : { requestId }) };
  const [only] = parts;
  const text = { ...line, message: format(...parts) };
  if (parts.length !== 1) return JSON.stringify(text);
  try {
    return JSON.stringify({ ...line, message: only }, withErrors);
  } catch {
    // An object that holds itself has no text in JSON.
    return JSON.stringify(text);
  }
};

/** Has the console write lines of JSON, as Lambda does for functions whose log format is JSON. */
export const logJson = (requestId: () => string | undefined): void => {
  for (const [name, level] of Object.entries(LEVELS)) {
    console[name as keyof typeof LEVELS] = (...parts: unknown[]) =>
      void process.stdout.write(`${jsonLine(level, requestId(), parts)}\n`);
  }
  for (const name of BELOW) console[name] = () => {};
};
