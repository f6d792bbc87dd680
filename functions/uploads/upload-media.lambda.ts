import { formUploadHandler } from '../entries/form-upload-handler.ts';
import { checkInThread } from '../files/checks/check-in-thread.ts';
import { examineWith } from '../files/checks/examine-file.ts';
import { picturesInProcess } from '../files/pictures/pictures-in-process.ts';
import { UploadMediaEnvironment } from '../shared/environment.ts';

/** The caller waits, and no longer than the function may. */
const pictures = picturesInProcess({ env: process.env, limits: { wallMs: 20_000 } });

export const handler = formUploadHandler(
  UploadMediaEnvironment.parse(process.env),
  examineWith(pictures, undefined, checkInThread({ wallMs: 15_000, cpuMs: 8000 })),
);
