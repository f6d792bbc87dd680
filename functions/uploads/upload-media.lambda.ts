import { UploadMediaEnvironment } from '../environment.ts';
import { examineFile } from '../processing/examine-file.ts';
import { takeForms } from './take-forms.ts';

export const handler = takeForms(UploadMediaEnvironment.parse(process.env), examineFile);
