import type { Environments } from '../functions/environment.ts';
import { DECODER_FILES } from '../functions/previews/decoder-file.ts';

/** The name of a function, which is also the name of its entry and its operation in the route table. */
export type OperationName = keyof Environments;

/** The environment variables that an operation's entry reads. */
export type VariableOf<Name extends OperationName> = keyof Environments[Name];

/**
 * Every Lambda function and the folder of its entry: `functions/<folder>/<name>.lambda.ts`. To add one, name its
 * environment in `functions/environment.ts`, its folder here, and its grants in the construct of its capability.
 */
export const operations = {
  'list-media': 'media',
  'get-media': 'media',
  'create-media': 'media',
  'update-media': 'media',
  'delete-media': 'media',
  'get-content': 'media',
  'draw-picture': 'media',
  'remove-file': 'media',
  'check-duplicates': 'media',

  'analyze-media': 'analysis',
  'reread-metadata': 'analysis',

  'manage-tags': 'tags',
  'tag-media': 'tags',

  'index-media': 'search',
  'rebuild-index': 'search',

  'extract-text': 'text',
  'read-text': 'text',

  'list-trash': 'trash',
  'restore-media': 'trash',
  'purge-media': 'trash',

  'get-usage': 'usage',
  recount: 'usage',

  openapi: 'openapi',

  'create-upload': 'uploads',
  'get-upload': 'uploads',
  'sign-upload': 'uploads',
  'manage-parts': 'uploads',
  'delete-upload': 'uploads',
  'upload-media': 'uploads',

  'manage-uppy': 'uppy',

  login: 'accounts',
  logout: 'accounts',
  'get-me': 'accounts',
  refresh: 'accounts',
  'create-guest': 'accounts',
  'change-password': 'accounts',
  'manage-api-keys': 'accounts',
  'create-owner': 'accounts',
  'rotate-secret': 'accounts',

  'manage-people': 'teams',
  'manage-teams': 'teams',
  'manage-members': 'teams',
  'manage-invitations': 'teams',

  'create-ticket': 'realtime',
  connect: 'realtime',
  disconnect: 'realtime',
  'end-expired': 'realtime',
  message: 'realtime',
  announce: 'realtime',
  'fan-out': 'realtime',
  'read-events': 'realtime',

  'manage-webhooks': 'webhooks',
  'send-webhook': 'webhooks',

  'queue-uploads': 'processing',
  'process-upload': 'processing',
  sweep: 'processing',
} as const satisfies Readonly<Record<OperationName, string>>;

/** Programs that run in a container instead of Lambda, and the folder of each below `functions/`. */
export const programs = { 'upload-gateway': 'gateway' } as const;
export type ProgramName = keyof typeof programs;

/** Files of packages that an operation's entry reads from its own folder. */
export const operationAssets: Partial<Record<OperationName | ProgramName, readonly string[]>> = {
  'read-text': [DECODER_FILES['pdfium.wasm'], DECODER_FILES['libheif.wasm']],
  openapi: ['swagger-ui-dist/swagger-ui-bundle.js', 'swagger-ui-dist/swagger-ui.css', 'swagger-ui-dist/LICENSE'],
  'process-upload': Object.values(DECODER_FILES),
  'upload-media': Object.values(DECODER_FILES),
  'draw-picture': Object.values(DECODER_FILES),
  'upload-gateway': Object.values(DECODER_FILES),
};

/** Entries of threads and processes that an operation starts, without their extension; their bundles lie in the operation's folder. */
export const operationThreads: Partial<Record<OperationName | ProgramName, readonly string[]>> = {
  'process-upload': [
    'processing/checks/check-document.sandbox',
    'previews/preview.sandbox',
    'processing/pictures.sandbox',
    'analysis/reading.sandbox',
  ],
  'upload-media': [
    'processing/checks/check-document.sandbox',
    'previews/preview.sandbox',
    'processing/pictures.sandbox',
    'analysis/reading.sandbox',
  ],
  'draw-picture': ['previews/preview.sandbox', 'processing/pictures.sandbox', 'analysis/reading.sandbox'],
  'analyze-media': ['previews/preview.sandbox', 'processing/pictures.sandbox', 'analysis/reading.sandbox'],
  'reread-metadata': ['analysis/reading.sandbox'],
  'upload-gateway': ['previews/preview.sandbox', 'processing/examine-file.sandbox', 'analysis/reading.sandbox'],
  'read-text': ['text/read-file.sandbox'],
  'extract-text': ['text/read-document.sandbox'],
};

/** All names, in the table's order. */
export const operationNames = Object.keys(operations) as readonly OperationName[];
