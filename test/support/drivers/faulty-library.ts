import type { Readable } from 'node:stream';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { FileStore } from '../../../functions/files/file-store.ts';
import { openTable } from '../../../functions/table/table.ts';
import type { Library } from './library.ts';

/** What happens at one write to the table or the bucket. */
export const FAULTS = [
  /** The process is killed before the write, and nothing of it runs on. */
  'killed before',
  /** The process is killed when the write is done. */
  'killed after',
  /** The answer is lost, and the SDK sends the write again. */
  'answer lost',
  /** The answer and those of all repeats are lost: the caller gets an error, and the write is done. */
  'answers lost',
] as const;
export type Fault = (typeof FAULTS)[number];

const WRITES = /^(Put|Update|Delete|TransactWrite)Command$/;
const FILE_WRITES = ['store', 'write', 'copyOnce', 'remove'] as const satisfies readonly (keyof FileStore)[];

const lost = () => Object.assign(new Error('the connection was closed'), { name: 'TimeoutError' });
const never = () => new Promise<never>(() => undefined);

/** The same library, with one fault at its `nth` write. The caller races its work against `killed`. */
export const faultyLibrary = (library: Library, fault: Fault, nth: number) => {
  let writes = 0;
  let isKilled = false;
  const { promise: killed, resolve: kill } = Promise.withResolvers<'killed'>();
  const die = (): Promise<never> => {
    isKilled = true;
    kill('killed');
    return never();
  };

  const write = async <T>(send: () => Promise<T>, again: (() => Promise<T>) | undefined): Promise<T> => {
    writes += 1;
    if (writes !== nth) return send();
    if (fault === 'killed before') return die();
    await send();
    if (fault === 'killed after') return die();
    // A stream cannot be sent again.
    if (fault === 'answers lost' || !again) throw lost();
    return again();
  };

  const dynamo = {
    send: (command: { constructor: { name: string } }) => {
      if (isKilled) return never();
      const send = () => library.dynamo.send(command as never);
      return WRITES.test(command.constructor.name) ? write(send, send) : send();
    },
  } as unknown as DynamoDBDocumentClient;

  const files = Object.fromEntries(
    Object.entries(library.files).map(([name, method]) => [
      name,
      (...given: unknown[]) => {
        if (isKilled) return never();
        const send = () => (method as (...given: unknown[]) => Promise<unknown>)(...given);
        if (!FILE_WRITES.some((each) => each === name)) return send();
        const isStream = given.some((each) => typeof (each as Readable | undefined)?.pipe === 'function');
        return write(send, isStream ? undefined : send);
      },
    ]),
  ) as unknown as FileStore;

  return {
    library: { ...library, dynamo, files, table: openTable(library.table.name, dynamo) },
    killed,
    /** Whether the work came to the write of the fault. */
    isReached: () => writes >= nth,
  };
};

/** Runs work with each fault at each of its writes, until no write is left that has none. */
export const atEachWrite = async (
  library: Library,
  fault: Fault,
  run: (faulty: ReturnType<typeof faultyLibrary>, nth: number) => Promise<void>,
): Promise<number> => {
  for (let nth = 1; ; nth += 1) {
    const faulty = faultyLibrary(library, fault, nth);
    await run(faulty, nth);
    if (!faulty.isReached()) return nth - 1;
  }
};
