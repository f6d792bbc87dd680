import { formUploadHandler } from '../entries/form-upload-handler.ts';
import { orderExamination } from '../files/checks/order-examination.ts';
import { UploadMediaEnvironment } from '../shared/environment.ts';
import { invoking } from '../shared/invoke.ts';
import { examineElsewhere } from './examine-elsewhere.ts';

const env = UploadMediaEnvironment.parse(process.env);

export const handler = formUploadHandler(env, examineElsewhere(orderExamination(invoking(env.EXAMINE_FILE))));
