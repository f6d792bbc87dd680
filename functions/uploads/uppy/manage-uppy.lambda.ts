import { dynamoAccounts } from '../../accounts/account-store.ts';
import { secretSigningKeys } from '../../accounts/signing-keys.ts';
import { uploadTokens } from '../../accounts/upload-tokens.ts';
import {
  uppyAbortParts,
  uppyBeginParts,
  uppyCompleteParts,
  uppyListParts,
  uppySignForm,
  uppySignPart,
  uppySignParts,
} from '../../dialects/uppy/routes.ts';
import { v1CreateUppyToken } from '../../dialects/v1/uppy.ts';
import { apiContextOf, clock } from '../../entries/api-context.ts';
import { s3Files } from '../../files/file-store.ts';
import { s3Client } from '../../files/s3-client.ts';
import type { Route } from '../../http/route.ts';
import { type Binding, bindRoute, serveAll } from '../../http/serve.ts';
import { dynamoTags } from '../../library/tag-store.ts';
import { readTotals } from '../../library/totals.ts';
import { ApiWithBucketEnvironment } from '../../shared/environment.ts';
import { openTable } from '../../table/table.ts';
import { nameTags } from '../../tags/name-tags.ts';
import { completeUpload } from '../complete-upload.ts';
import { deleteUpload } from '../delete-upload.ts';
import { formSigner } from '../form-signer.ts';
import { getUpload } from '../get-upload.ts';
import { dynamoOpenUploads } from '../open-uploads.ts';
import { s3Parts, signPart } from '../part-store.ts';
import { signParts } from '../sign-parts.ts';
import { dynamoUploads } from '../upload-store.ts';
import { uploaderAuthenticator } from './authenticate-uploader.ts';
import { beginParts } from './begin-parts.ts';
import { createUploadToken } from './create-token.ts';
import { atPlace, heldParts } from './find-place.ts';
import { signForm } from './sign-form.ts';

const env = ApiWithBucketEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const s3 = s3Client();
const api = apiContextOf(env, table);
const tokens = uploadTokens(env.PUBLIC_URL, secretSigningKeys(env.AUTH_SECRET), clock);
const newId = () => crypto.randomUUID();
const uploads = dynamoUploads(table);
const open = dynamoOpenUploads(table);
const parts = s3Parts(env.BUCKET, s3);
const files = s3Files(env.BUCKET, s3);

const opening = {
  uploads,
  open,
  nameTags: nameTags({ tags: dynamoTags(table), newId, clock }),
  committed: async (teamId: string) => (await readTotals(table, teamId)).committed,
  settings: env.SETTINGS,
  newId,
  clock,
};
const begin = beginParts({ ...opening, parts });
const list = atPlace(uploads, getUpload({ uploads, parts, open, clock }));
const sign = atPlace(
  uploads,
  signParts({ uploads, open, parts, signPart: signPart(env.BUCKET, s3), settings: env.SETTINGS, clock }),
);
const complete = atPlace(uploads, completeUpload({ uploads, parts, files, clock }));
const abort = atPlace(uploads, deleteUpload({ accounts: dynamoAccounts(table), uploads, parts, files, clock }));

/** The same behind a token and without one. */
const at = <Input, Output>(
  routes: readonly Route<Input, Output>[],
  useCase: Parameters<typeof bindRoute<Input, Output>>[0],
): readonly Binding[] => routes.map((route) => bindRoute(useCase, route));

export const handler = serveAll(
  [
    bindRoute(createUploadToken({ tokens, clock }), v1CreateUppyToken),
    ...at(uppySignForm, signForm({ ...opening, signForm: formSigner(env.BUCKET, s3) })),
    ...at(uppyBeginParts, async (call) => ({ ...(await begin(call)), bucket: env.BUCKET })),
    ...at(uppyListParts, async (call) => heldParts(await list(call))),
    ...at(uppySignPart, sign),
    ...at(uppySignParts, sign),
    ...at(uppyCompleteParts, async (call) => ({
      session: await complete(call),
      key: call.input.place.key,
      bucket: env.BUCKET,
    })),
    ...at(uppyAbortParts, abort),
  ],
  {
    ...api,
    authenticate: uploaderAuthenticator(api.authenticate, { accounts: dynamoAccounts(table), tokens, clock }),
  },
);
