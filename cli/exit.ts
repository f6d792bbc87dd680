import { MediashelfError } from '../client/node.ts';

/** How a command ends, as the shell sees it. */
export const EXIT = { ok: 0, failed: 1, usage: 2, signedOut: 3, unreachable: 4, interrupted: 130 } as const;

/** An invalid command line. */
export class UsageError extends Error {}

/** Ctrl-C was pressed at a prompt. */
export class InterruptedError extends Error {}

/** The user is not signed in. */
export class SignedOutError extends Error {}

/** The exit code of an error that ends a command. */
export const exitCodeOf = (error: unknown): number => {
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof SignedOutError) return EXIT.signedOut;
  if (!(error instanceof MediashelfError)) return EXIT.failed;
  if (error.status === 401 || error.status === 403) return EXIT.signedOut;
  return error.code === 'NETWORK' ? EXIT.unreachable : EXIT.failed;
};
