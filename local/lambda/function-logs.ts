import { createWriteStream, mkdirSync, renameSync, statSync, type WriteStream } from 'node:fs';
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

/** Writes each function's output to `<folder>/<function>.log`; a full file becomes `.old`, and the former `.old` is gone. */
export const fileLogs = (folder: string): FunctionLogs => {
  const open = new Map<string, LogFile>();
  const openLog = (functionName: string): LogFile => {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${functionName}.log`);
    const stream = createWriteStream(path, { flags: 'a' });
    // A full disk or a removed folder costs log lines and must not end the runtime.
    stream.on('error', () => open.delete(functionName));
    const log = { stream, size: statSync(path, { throwIfNoEntry: false })?.size ?? 0 };
    open.set(functionName, log);
    return log;
  };
  return {
    write: (functionName, chunk) => {
      let log = open.get(functionName) ?? openLog(functionName);
      if (log.size > MAX_BYTES) {
        log.stream.end();
        const path = join(folder, `${functionName}.log`);
        renameSync(path, `${path}.old`);
        log = openLog(functionName);
      }
      log.size += chunk.length;
      log.stream.write(chunk);
    },
    stop: async () => {
      await Promise.all([...open.values()].map(({ stream }) => new Promise<void>((done) => stream.end(() => done()))));
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
