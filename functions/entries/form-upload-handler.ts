import { setTimeout as pause } from 'node:timers/promises';
import { dynamoAccounts } from '../accounts/account-store.ts';
import { expectStill } from '../accounts/find-holder.ts';
import { adminAddMedia } from '../dialects/admin/add-media.ts';
import { baseReplaceFile, baseUploadItem } from '../dialects/base/files.ts';
import { filesUploadFile } from '../dialects/files/upload.ts';
import { tokensUploadMedia } from '../dialects/tokens/upload-media.ts';
import { v1UploadMedia } from '../dialects/v1/upload-media.ts';
import type { Principal } from '../domain/principal.ts';
import type { ExamineFile } from '../files/checks/examine-file.ts';
import { s3Files } from '../files/file-store.ts';
import { createScanner } from '../files/malware/create-scanner.ts';
import { bindRoute, serveAll } from '../http/serve.ts';
import { dynamoMedia } from '../library/media-store.ts';
import { dynamoObjects } from '../library/object-store.ts';
import { dynamoTags, showTags } from '../library/tag-store.ts';
import { readTotals } from '../library/totals.ts';
import { dynamoVersions } from '../library/version-store.ts';
import { dynamoDue } from '../lifecycle/due-store.ts';
import { fillTags } from '../media/fill-texts.ts';
import type { UploadMediaEnvironment } from '../shared/environment.ts';
import { dynamoClaims } from '../table/claim-store.ts';
import { openTable } from '../table/table.ts';
import { nameTags } from '../tags/name-tags.ts';
import { withTagNames } from '../tags/with-tag-names.ts';
import { inAnyPlace, inFormPlace } from '../uploads/form-places.ts';
import { diskRoom } from '../uploads/form-room.ts';
import { mayStillBring } from '../uploads/may-still-bring.ts';
import { replaceFile } from '../uploads/replace-file.ts';
import { uploadFiles } from '../uploads/upload-files.ts';
import { dynamoUploads } from '../uploads/upload-store.ts';
import { apiContextOf, clock } from './api-context.ts';

type Environment = ReturnType<typeof UploadMediaEnvironment.parse>;

const newId = () => crypto.randomUUID();

/**
 * The handler of every form, in Lambda and in the upload gateway. They differ in how a file reaches the examining function:
 * `examine` does this. And the gateway bounds its forms before it receives them, so that they claim no place in the table.
 */
export const formUploadHandler = (env: Environment, examine: ExamineFile, { isBounded = false } = {}) => {
  const files = s3Files(env.BUCKET);
  const table = openTable(env.TABLE);
  const tags = dynamoTags(table);
  const accounts = dynamoAccounts(table);
  const show = showTags(table);
  const deps = {
    uploads: dynamoUploads(table),
    media: dynamoMedia(table),
    due: dynamoDue(table),
    versions: dynamoVersions(table),
    objects: dynamoObjects(table),
    files,
    examine,
    inFormPlace: isBounded ? inAnyPlace : inFormPlace({ claims: dynamoClaims(table, clock), newId, pause }),
    fillTags: fillTags({ tags, newId, clock }),
    mayStillBring: mayStillBring({ accounts, clock }),
    expectStill: (principal: Principal) => expectStill(principal, 'media:create', { accounts, clock }),
    expectDisk: diskRoom(),
    scanner: createScanner(env.MALWARE_SCANNER, files),
    pause,
    settings: env.SETTINGS,
    nameTags: nameTags({ tags, newId, clock }),
    committed: async (teamId: string) => (await readTotals(table, teamId)).committed,
    show,
    newId,
    clock,
  };
  const upload = uploadFiles(deps);
  return serveAll(
    [
      bindRoute(upload, v1UploadMedia),
      bindRoute(upload, tokensUploadMedia),
      bindRoute(upload, filesUploadFile),
      bindRoute(upload, baseUploadItem),
      bindRoute(upload, adminAddMedia),
      bindRoute(withTagNames(show, replaceFile(deps)), baseReplaceFile),
    ],
    apiContextOf(env, table),
  );
};
