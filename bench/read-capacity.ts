import type { ListQuery } from '../functions/domain/ports.ts';
import { listRange } from '../functions/stores/keys.ts';
import { dynamoMedia } from '../functions/stores/media-store.ts';
import type { Ready } from '../test/support/runtime.ts';
import { engineClient, engineTable } from './fill-library.ts';

interface Library {
  readonly ready: Ready;
  readonly filled: { readonly teamId: string };
}

type Consumed = { readonly CapacityUnits?: number };

/** A client that asks for the consumed capacity of every command and adds it up. */
export const meteredClient = ({ dynamodb, region }: Ready) => {
  const client = engineClient(dynamodb, region);
  let units = 0;
  client.middlewareStack.add(
    (next) => async (call) => {
      Object.assign(call.input, { ReturnConsumedCapacity: 'TOTAL' });
      const answer = await next(call);
      const { ConsumedCapacity } = answer.output as { ConsumedCapacity?: Consumed | readonly Consumed[] };
      const consumed = [ConsumedCapacity].flat().map((each) => each?.CapacityUnits ?? Number.NaN);
      units += consumed.reduce((sum, each) => sum + each, 0);
      if (Number.isNaN(units)) throw new Error('the engine did not say what was consumed');
      return answer;
    },
    { step: 'initialize' },
  );
  return { client, units: () => units };
};

/** Read units of one page through the product's own store. */
export const consumedBy = async (
  { ready, filled }: Library,
  page: Pick<ListQuery, 'orderBy' | 'orderDir' | 'kind' | 'limit'>,
): Promise<number> => {
  const { client, units } = meteredClient(ready);
  await dynamoMedia(engineTable(ready, client)).list({
    ...page,
    teamIds: [filled.teamId],
    state: 'active',
    offset: 0,
  });
  return units();
};

/** Counts the records of the list one by one, page after page. */
export const recount = async ({ ready, filled }: Library): Promise<number> => {
  const table = engineTable(ready);
  let count = 0;
  let start: Record<string, unknown> | undefined;
  do {
    const page = await table.query({
      IndexName: 'byCreated',
      KeyConditionExpression: 'listPk = :pk',
      ExpressionAttributeValues: { ':pk': listRange(filled.teamId, 'active') },
      Select: 'COUNT',
      ExclusiveStartKey: start,
    });
    count += page.Count ?? 0;
    start = page.LastEvaluatedKey;
  } while (start);
  return count;
};
