import { dynamoAccounts } from '../accounts/account-store.ts';
import { dynamoAttempts } from '../accounts/attempt-store.ts';
import { limitAttempts } from '../accounts/password-attempts.ts';
import { verifyPassword } from '../accounts/passwords.ts';
import { secretSigningKeys } from '../accounts/signing-keys.ts';
import { dynamoCollections } from '../collections/collection-store.ts';
import { v1ListShared, v1OpenSharedFile, v1OpenShareLink } from '../dialects/v1/share-links.ts';
import { apiContextOf, clock } from '../entries/api-context.ts';
import { readSigner } from '../files/signed-address.ts';
import { bindRoute, serveAll } from '../http/serve.ts';
import { recordsOf } from '../library/media-list.ts';
import { ApiWithBucketEnvironment, SigningEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { listShared, openSharedFile, openShareLink } from './open-share-link.ts';
import { shareAccess } from './share-access.ts';
import { dynamoShareLinks } from './share-link-store.ts';

const env = ApiWithBucketEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const deps = {
  accounts: dynamoAccounts(table),
  links: dynamoShareLinks(table),
  collections: dynamoCollections(table),
  records: (ids: readonly string[]) => recordsOf(table, { state: 'active' }, ids, { consistent: true }),
  access: shareAccess(env.PUBLIC_URL, secretSigningKeys(env.AUTH_SECRET), clock),
  limited: limitAttempts({ attempts: dynamoAttempts(table), clock }),
  verifyPassword,
  signRead: readSigner(env.BUCKET, SigningEnvironment.parse(process.env)),
  clock,
};

export const handler = serveAll(
  [
    bindRoute(openShareLink(deps), v1OpenShareLink),
    bindRoute(listShared(deps), v1ListShared),
    bindRoute(openSharedFile(deps), v1OpenSharedFile),
  ],
  apiContextOf(env, table),
);
