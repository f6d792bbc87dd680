import { dynamoAccounts } from '../accounts/account-store.ts';
import { hashPassword } from '../accounts/passwords.ts';
import { dynamoCollections } from '../collections/collection-store.ts';
import { v1CreateShareLink, v1ListShareLinks, v1RevokeShareLink } from '../dialects/v1/share-links.ts';
import { apiContextOf, clock } from '../entries/api-context.ts';
import { bindRoute, serveAll } from '../http/serve.ts';
import { recordsOf } from '../library/media-list.ts';
import { ApiEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { dynamoShareLinks } from './share-link-store.ts';
import { createShareLink, listShareLinks, revokeShareLink } from './share-links.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const deps = {
  accounts: dynamoAccounts(table),
  links: dynamoShareLinks(table),
  collections: dynamoCollections(table),
  records: (ids: readonly string[]) => recordsOf(table, { state: 'active' }, ids, { consistent: true }),
  hashPassword,
  newId: () => crypto.randomUUID(),
  clock,
};

export const handler = serveAll(
  [
    bindRoute(createShareLink(deps), v1CreateShareLink),
    bindRoute(listShareLinks(deps), v1ListShareLinks),
    bindRoute(revokeShareLink(deps), v1RevokeShareLink),
  ],
  apiContextOf(env, table),
);
