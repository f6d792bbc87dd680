import { checkInThread } from '../files/checks/check-in-thread.ts';
import { examineStored, examineWith } from '../files/checks/examine-file.ts';
import { takeExaminations } from '../files/checks/take-examinations.ts';
import { s3Files } from '../files/file-store.ts';
import { metadataReader } from '../files/metadata/metadata-reader.ts';
import { pictureProcesses, picturesInProcess } from '../files/pictures/pictures-in-process.ts';
import { readSmallDocument } from '../files/text/read-small-document.ts';
import { ExamineFileEnvironment } from '../shared/environment.ts';

const env = ExamineFileEnvironment.parse(process.env);
const files = s3Files(env.BUCKET);
const run = pictureProcesses({ env: process.env });

export const handler = takeExaminations({
  files,
  // A person waits for a form, for metadata and for a small document: no longer than a function may that API Gateway calls.
  examine: examineWith({
    pictures: picturesInProcess({ run, limits: { wallMs: 20_000 } }),
    documents: checkInThread({ wallMs: 15_000, cpuMs: 8000 }),
  }),
  examineStored: examineStored(
    files,
    examineWith({ pictures: picturesInProcess({ run, repeats: true }), documents: checkInThread() }),
  ),
  readMetadata: metadataReader(picturesInProcess({ run, limits: { wallMs: 10_000 } })),
  readDocument: readSmallDocument,
});
