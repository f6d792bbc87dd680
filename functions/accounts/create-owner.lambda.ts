import { clock } from '../entries/api-context.ts';
import { TableEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { dynamoAccounts } from './account-store.ts';
import { CreateOwner, createOwner } from './create-owner.ts';

const env = TableEnvironment.parse(process.env);
const create = createOwner({
  accounts: dynamoAccounts(openTable(env.TABLE)),
  newId: () => crypto.randomUUID(),
  clock,
});

/** Invoked directly by an operator; no route leads here. */
export const handler = async (event: unknown) => create(CreateOwner.parse(event));
