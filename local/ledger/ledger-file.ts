import { closeSync, openSync, writeSync } from 'node:fs';
import type { AwsRequest, AwsService } from '../aws/protocol.ts';
import { operationOf } from '../aws/protocol.ts';
import type { FunctionHost, Service } from '../ports.ts';
import type { Exchange, Ledger } from './entry.ts';

/** A ledger in a file, one line of JSON for each entry, written before the next one comes. */
export const openLedger = (path: string): Ledger & Service => {
  const file = openSync(path, 'a', 0o600);
  return {
    note: (entry) => void writeSync(file, `${JSON.stringify(entry)}\n`),
    stop: async () => closeSync(file),
  };
};

/** The name of who signed: the session of a role, which is its function. */
export const callerOf = ({ principal }: Pick<AwsRequest, 'principal'>): string =>
  principal.roleLogicalId === undefined ? 'operator' : principal.arn.slice(principal.arn.lastIndexOf('/') + 1);

/** Notes each call of a service before it is done. */
export const meteredService =
  (name: string, service: AwsService, ledger: Ledger): AwsService =>
  (request, response) => {
    ledger.note({ kind: 'call', by: callerOf(request), service: name, operation: operationOf(request) || 'Invoke' });
    return service(request, response);
  };

/** What an invocation is charged by, beside its time. */
export interface Sized {
  readonly name: string;
  readonly memoryMb: number;
}

/** Notes each invocation at its begin, and at its end with the time that it took. */
export const meteredFunctions = <Host extends FunctionHost & { spec(name: string): Sized }>(
  functions: Host,
  ledger: Ledger,
): Host => ({
  ...functions,
  invoke: async (name, event, withdrawn) => {
    const { name: by, memoryMb } = functions.spec(name);
    const start = performance.now();
    ledger.note({ kind: 'begun', by });
    try {
      return await functions.invoke(name, event, withdrawn);
    } finally {
      ledger.note({ kind: 'invocation', by, milliseconds: Math.ceil(performance.now() - start), memoryMb });
    }
  },
});

/** Notes each exchange with S3. A signature in the address is that of a client that was handed it. */
export const meteredS3 =
  (ledger: Ledger, callerOfKey: (accessKeyId: string) => string) =>
  ({ method, url, authorization, received, sent }: Exchange): void => {
    const query = new URL(url, 'http://s3').searchParams;
    const key = /Credential=([^/]+)\//.exec(authorization ?? '')?.[1];
    const by = key === undefined ? 'client' : callerOfKey(key);
    ledger.note({ kind: 's3', by, operation: operationIn(method, url, query), received, sent });
  };

const operationIn = (method: string, url: string, query: URLSearchParams): string => {
  if (method === 'GET' && (query.has('list-type') || query.has('uploads') || query.has('uploadId'))) return 'List';
  if (method === 'POST' && query.has('delete')) return 'DeleteObjects';
  const names: Readonly<Record<string, string>> = { GET: 'Get', HEAD: 'Head', PUT: 'Put', DELETE: 'Delete' };
  return names[method] ?? (url.includes('uploadId') ? 'Complete' : 'Post');
};
