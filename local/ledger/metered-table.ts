import type { ServerResponse } from 'node:http';
import { type AwsRequest, type AwsService, jsonBody, operationOf } from '../aws/protocol.ts';
import type { Ledger, Units } from './entry.ts';

interface Capacity {
  readonly CapacityUnits?: number;
  readonly ReadCapacityUnits?: number;
  readonly WriteCapacityUnits?: number;
}
interface Consumed extends Capacity {
  readonly Table?: Capacity;
  readonly GlobalSecondaryIndexes?: Readonly<Record<string, Capacity>>;
}

const WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems']);

/** Has DynamoDB say what each call consumed, and notes it. Callers see an answer with one field more, which the SDK passes over. */
export const meteredTable =
  (guard: AwsService, ledger: Ledger, nameOf: (request: AwsRequest) => string): AwsService =>
  async (request, response) => {
    const operation = operationOf(request);
    const asked = { ...jsonBody(request.body), ReturnConsumedCapacity: 'INDEXES' };
    const chunks: Buffer[] = [];
    await guard({ ...request, body: Buffer.from(JSON.stringify(asked)) }, listenedTo(response, chunks));
    const answer = jsonBody(Buffer.concat(chunks)) as { readonly ConsumedCapacity?: Consumed | readonly Consumed[] };
    const consumed = [answer.ConsumedCapacity ?? []].flat() as readonly Consumed[];
    const isWrite = WRITES.has(operation);
    ledger.note({
      kind: 'table',
      by: nameOf(request),
      operation,
      read: isWrite ? {} : unitsOf(consumed),
      write: isWrite ? unitsOf(consumed) : {},
    });
  };

/** The response with what is written to it collected as well. */
const listenedTo = (response: ServerResponse, chunks: Buffer[]): ServerResponse => {
  const { write, end } = response;
  const hear = (chunk: unknown): void => {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk as string));
  };
  return Object.assign(response, {
    write: (...parameters: unknown[]) => {
      hear(parameters[0]);
      return (write as (...all: unknown[]) => boolean).apply(response, parameters);
    },
    end: (...parameters: unknown[]) => {
      hear(parameters[0]);
      return (end as (...all: unknown[]) => ServerResponse).apply(response, parameters);
    },
  });
};

const total = ({ CapacityUnits = 0 }: Capacity = {}): number => CapacityUnits;

const unitsOf = (consumed: readonly Consumed[]): Units => {
  const units: Record<string, number> = {};
  const add = (name: string, by: number): void => {
    if (by > 0) units[name] = (units[name] ?? 0) + by;
  };
  for (const { Table, GlobalSecondaryIndexes = {}, ...whole } of consumed) {
    const indexes = Object.entries(GlobalSecondaryIndexes);
    for (const [name, capacity] of indexes) add(name, total(capacity));
    const inIndexes = indexes.reduce((sum, [, capacity]) => sum + total(capacity), 0);
    add('table', Table ? total(Table) : total(whole) - inIndexes);
  }
  return units;
};
