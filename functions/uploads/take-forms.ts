import { setTimeout as pause } from 'node:timers/promises';
import { dynamoAccounts } from '../accounts/account-store.ts';
import { fillTags } from '../analysis/fill-texts.ts';
import { adminAddMedia } from '../api/admin/add-media.ts';
import { baseReplaceFile, baseUploadItem } from '../api/base/files.ts';
import { filesUploadFile } from '../api/files/upload.ts';
import { serveAll, serving } from '../api/serve.ts';
import { clock, surroundingsOf } from '../api/surroundings.ts';
import { tokensUploadMedia } from '../api/tokens/upload-media.ts';
import { v1UploadMedia } from '../api/v1/upload-media.ts';
import type { UploadMediaEnvironment } from '../environment.ts';
import type { ExamineFile } from '../processing/examine-file.ts';
import { scannerOf } from '../processing/malware/scanner-of.ts';
import { processLarge } from '../processing/process-large.ts';
import { dynamoDue } from '../stores/due-store.ts';
import { s3Files } from '../stores/file-store.ts';
import { dynamoMedia } from '../stores/media-store.ts';
import { dynamoObjects } from '../stores/object-store.ts';
import { openTable } from '../stores/table.ts';
import { dynamoTags, showTags } from '../stores/tag-store.ts';
import { readTotals } from '../stores/totals.ts';
import { dynamoUploads } from '../stores/upload-store.ts';
import { dynamoVersions } from '../stores/version-store.ts';
import { nameTags } from '../tags/name-tags.ts';
import { withTagNames } from '../tags/with-tag-names.ts';
import { mayStillBring } from './may-still-bring.ts';
import { replaceFile } from './replace-file.ts';
import { uploadFiles } from './upload-files.ts';

type Environment = ReturnType<typeof UploadMediaEnvironment.parse>;

const newId = () => crypto.randomUUID();

/**
 * The handler of every form, in Lambda and in the upload gateway. They differ in where a file is looked into: `examine`
 * does that.
 */
export const takeForms = (env: Environment, examine: ExamineFile) => {
  const files = s3Files(env.BUCKET);
  const table = openTable(env.TABLE);
  const tags = dynamoTags(table);
  const show = showTags(table);
  const deps = {
    uploads: dynamoUploads(table),
    media: dynamoMedia(table),
    due: dynamoDue(table),
    versions: dynamoVersions(table),
    objects: dynamoObjects(table),
    files,
    examine,
    processLarge,
    fillTags: fillTags({ tags, newId, clock }),
    mayStillBring: mayStillBring({ accounts: dynamoAccounts(table), clock }),
    scanner: scannerOf(env.MALWARE_SCANNER, files),
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
      serving(upload, v1UploadMedia),
      serving(upload, tokensUploadMedia),
      serving(upload, filesUploadFile),
      serving(upload, baseUploadItem),
      serving(upload, adminAddMedia),
      serving(withTagNames(show, replaceFile(deps)), baseReplaceFile),
    ],
    surroundingsOf(env, table),
  );
};
