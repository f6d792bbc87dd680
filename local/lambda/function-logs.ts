import { createWriteStream, existsSync, mkdirSync, openSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Service } from '../ports.ts';

/** Takes what functions write. */
export interface FunctionLogs extends Service {
  write(functionName: string, chunk: Buffer): void;
}

const MAX_BYTES = 5 * 1024 * 1024;

interface LogFile {
  readonly stream: WriteStream;
  size: number;
}

/**
 * Writes each function's output to `<folder>/<function>.log`; a full file becomes `.old`, and the former `.old` is removed.
 * Files may be removed at any time. Output that cannot be written, to a full disk for example, is lost and does not end the
 * runtime.
 */
export const fileLogs = (folder: string): FunctionLogs => {
  const open = new Map<string, LogFile>();
  const ending = new Set<Promise<void>>();
  /** Ends a stream; one that broke has ended too. */
  const end = ({ stream }: LogFile): Promise<void> => {
    const ended = new Promise<void>((done) => stream.once('close', done).end()).finally(() => ending.delete(ended));
    ending.add(ended);
    return ended;
  };
  const openLog = (functionName: string, path: string): LogFile => {
    mkdirSync(folder, { recursive: true });
    // Opened at once: a file that is not there yet would look like one that was removed.
    const stream = createWriteStream(path, { fd: openSync(path, 'a') });
    stream.on('error', () => open.delete(functionName));
    const log = { stream, size: statSync(path).size };
    open.set(functionName, log);
    return log;
  };
  const usable = (functionName: string): LogFile => {
    const path = join(folder, `${functionName}.log`);
    const log = open.get(functionName);
    const isThere = existsSync(path);
    if (log && isThere && log.size <= MAX_BYTES) return log;
    open.delete(functionName);
    if (log) void end(log);
    if (log && isThere) renameSync(path, `${path}.old`);
    return openLog(functionName, path);
  };
  return {
    write: (functionName, chunk) => {
      try {
        const log = usable(functionName);
        log.size += chunk.length;
        log.stream.write(chunk);
      } catch {
        // Its lines are lost; the next ones are tried again.
      }
    },
    stop: async () => {
      for (const log of open.values()) void end(log);
      open.clear();
      await Promise.all(ending);
    },
  };
};

/** Writes each function's output to standard error, every line behind the function's name. */
export const consoleLogs = (): FunctionLogs => ({
  write: (functionName, chunk) => {
    const lines = chunk.toString().replace(/\n$/, '').split('\n');
    process.stderr.write(lines.map((line) => `${functionName}  ${line}\n`).join(''));
  },
  stop: async () => {},
});
