import { dynamoAccounts } from '../accounts/account-store.ts';
import { TableEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { ManagePeople, managePeople } from './manage-people.ts';
import { dynamoTeams } from './team-store.ts';

const table = openTable(TableEnvironment.parse(process.env).TABLE);
const manage = managePeople({
  accounts: dynamoAccounts(table),
  teams: dynamoTeams(table),
  clock: () => new Date(),
});

/** Invoked directly by an operator; no route leads here. */
export const handler = async (event: unknown) => manage(ManagePeople.parse(event));
