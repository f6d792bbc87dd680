import { sandboxEntry } from '../../sandbox/entry.ts';
import { SandboxEndedError, type SandboxLimits, twice } from '../../sandbox/limits.ts';
import { runInThread } from '../../sandbox/run-in-thread.ts';
import { logInfo } from '../../shared/log.ts';
import type { CheckResult } from './check.ts';
import type { DocumentCheck } from './check-document.sandbox.ts';
import { checkDocument } from './check-document.ts';
import { givenUp } from './outcome.ts';

const MIB = 2 ** 20;

/** The largest document, a PDF of 64 MB with object streams of 256 MB, takes a third of the time. */
const LIMITS: SandboxLimits = { wallMs: 30_000, cpuMs: 15_000, heapMb: 512, memoryBytes: 768 * MIB };

/**
 * Checks a document in a thread that is terminated when it exceeds a bound: the limits on a document bound its bytes, and not
 * the work of a parser.
 */
export const checkInThread =
  (limits: Partial<SandboxLimits> = {}): typeof checkDocument =>
  async (bytes, mimeType, whole) => {
    if (!whole) return checkDocument(bytes, mimeType, whole);
    const input: DocumentCheck = { bytes, mimeType };
    const entry = sandboxEntry(import.meta.url, 'check-document');
    try {
      return await twice(() => runInThread<CheckResult>({ entry, input, limits: { ...LIMITS, ...limits } }));
    } catch (error) {
      if (!(error instanceof SandboxEndedError)) throw error;
      logInfo({ unchecked: error.message, mimeType });
      return givenUp(error, 'document');
    }
  };
