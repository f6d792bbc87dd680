import { adminDocument } from '../dialects/admin/answers.ts';
import { baseDocument } from '../dialects/base/answers.ts';
import type { DialectDocument } from '../dialects/common/dialect-document.ts';
import { filesDocument } from '../dialects/files/answers.ts';
import { tokensDocument } from '../dialects/tokens/answers.ts';
import { uppyDocument } from '../dialects/uppy/answers.ts';
import { v1Answers, v1Error, v1ErrorCode } from '../dialects/v1/answers.ts';
import { Media, textCode } from '../dialects/v1/media-answers.ts';
import { uploadCode } from '../dialects/v1/upload-answers.ts';
import type { DialectName } from '../http/dialect.ts';

const v1Document: DialectDocument = {
  title: 'Mediashelf',
  description: 'Files of a team: uploads, verified records, renditions, tags, search and usage.',
  answers: v1Answers,
  envelope: (data) => ({
    type: 'object',
    properties: { success: { const: true }, data },
    required: ['success', 'data'],
  }),
  error: v1Error,
  schemas: { Media, ErrorCode: v1ErrorCode, UploadCode: uploadCode, TextCode: textCode },
  forms: {
    'POST /api/v1/media/upload': {
      type: 'object',
      properties: { files: { type: 'array', items: { type: 'string', format: 'binary' } } },
      required: ['files'],
    },
  },
};

/** The inputs of all dialects' documents, beside the route table. */
export const dialectDocuments: Readonly<Record<DialectName, DialectDocument>> = {
  v1: v1Document,
  tokens: tokensDocument,
  files: filesDocument,
  admin: adminDocument,
  base: baseDocument,
  uppy: uppyDocument,
};
