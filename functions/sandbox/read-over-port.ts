import type { MessagePort } from 'node:worker_threads';
import { type ByteSource, MisreadError } from '../shared/byte-source.ts';

interface ReadRequest {
  readonly id: number;
  readonly start: number;
  readonly length: number;
}

type ReadAnswer = { readonly id: number; readonly bytes: Uint8Array } | { readonly id: number; readonly error: string };

/** Serves the reads of a thread from a source that only the parent can reach. `onError` gets each failed read. */
export const serveReads = (port: MessagePort, source: ByteSource, onError: (error: unknown) => void): void => {
  port.on('message', (message: unknown) => {
    // A file may have compromised the thread: its message has any form.
    const { id, start, length }: ReadRequest = Object(message);
    const areNumbers = typeof start === 'number' && typeof length === 'number';
    const read = areNumbers ? source.read(start, length) : Promise.reject(new MisreadError('a read without a place'));
    read.then(
      (view) => {
        // A copy of its own: sending a view would send all of the memory behind it.
        const bytes = new Uint8Array(view);
        port.postMessage({ id, bytes } satisfies ReadAnswer, [bytes.buffer]);
      },
      (error: unknown) => {
        onError(error);
        port.postMessage({ id, error: String(error) } satisfies ReadAnswer);
      },
    );
  });
};

/** The same source on the thread's side. */
export const sourceOverPort = (port: MessagePort, size: number): ByteSource => {
  const waiting = new Map<number, { resolve: (bytes: Uint8Array) => void; reject: (error: Error) => void }>();
  let last = 0;
  port.on('message', (answer: ReadAnswer) => {
    const reader = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('bytes' in answer) reader?.resolve(answer.bytes);
    else reader?.reject(new Error(answer.error));
  });
  return {
    size,
    read: (start, length) =>
      new Promise((resolve, reject) => {
        last += 1;
        waiting.set(last, { resolve, reject });
        port.postMessage({ id: last, start, length } satisfies ReadRequest);
      }),
  };
};
