import type { DialectName } from '../api/dialects.ts';
import { adminDocument } from './admin-answers.ts';
import { baseDocument } from './base-answers.ts';
import type { DialectDocument } from './dialect-document.ts';
import { filesDocument } from './files-answers.ts';
import { tokensDocument } from './tokens-answers.ts';
import { uppyDocument } from './uppy-answers.ts';
import { v1Answers, v1Error } from './v1-answers.ts';
import { Media } from './v1-media-answers.ts';

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
  schemas: { Media },
  forms: {
    'POST /api/v1/media/upload': {
      type: 'object',
      properties: { files: { type: 'array', items: { type: 'string', format: 'binary' } } },
      required: ['files'],
    },
  },
};

/** What the documents of all dialects are made of, beside the route table. */
export const dialectDocuments: Readonly<Record<DialectName, DialectDocument>> = {
  v1: v1Document,
  tokens: tokensDocument,
  files: filesDocument,
  admin: adminDocument,
  base: baseDocument,
  uppy: uppyDocument,
};
