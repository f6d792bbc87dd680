import { UploadMediaEnvironment } from '../environment.ts';
import { checkInThread } from '../processing/checks/check-in-thread.ts';
import { examineWith } from '../processing/examine-file.ts';
import { picturesInProcess } from '../processing/pictures-in-process.ts';
import { takeForms } from './take-forms.ts';

/** The caller waits, and no longer than the function may. */
const pictures = picturesInProcess({ env: process.env, limits: { wallMs: 20_000 } });

export const handler = takeForms(
  UploadMediaEnvironment.parse(process.env),
  examineWith(pictures, undefined, checkInThread({ wallMs: 15_000, cpuMs: 8000 })),
);
