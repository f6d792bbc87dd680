import { DECODER_FILES } from '../functions/files/previews/decoder-file.ts';
import type { Environments } from '../functions/shared/environment.ts';

/** The name of a function, which is also the name of its entry and its operation in the route table. */
export type OperationName = keyof Environments;

/** The environment variables that an operation's entry reads. */
export type VariableOf<Name extends OperationName> = keyof Environments[Name];

/**
 * Every Lambda function and the folder of its entry: `functions/<folder>/<name>.lambda.ts`. To add one, name its
 * environment in `functions/shared/environment.ts`, its folder here, and its grants in the construct of its capability.
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

  'bulk-media': 'bulk',
  'run-bulk': 'bulk',

  'analyze-media': 'media',
  'reread-metadata': 'media',

  'manage-tags': 'tags',
  'tag-media': 'tags',

  'queue-changes': 'search',
  'index-media': 'search',
  'rebuild-index': 'search',

  'extract-text': 'text',
  'read-text': 'text',

  'list-trash': 'lifecycle',
  'restore-media': 'lifecycle',
  'purge-media': 'lifecycle',
  migrate: 'lifecycle',

  'get-usage': 'usage',
  recount: 'usage',

  openapi: 'openapi',

  web: 'web',

  'create-upload': 'uploads',
  'get-upload': 'uploads',
  'sign-upload': 'uploads',
  'manage-parts': 'uploads',
  'delete-upload': 'uploads',
  'upload-media': 'uploads',

  'manage-uppy': 'uploads/uppy',

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

  'manage-collections': 'collections',

  'manage-share-links': 'sharing',
  'open-share-link': 'sharing',

  'create-ticket': 'realtime',
  connect: 'realtime',
  disconnect: 'realtime',
  'end-expired': 'realtime',
  message: 'realtime',
  announce: 'realtime',
  'fan-out': 'realtime',
  'read-events': 'realtime',

  'send-mail': 'mail',

  'manage-webhooks': 'webhooks',
  'send-webhook': 'webhooks',

  'make-edge-key': 'edge',

  'queue-uploads': 'uploads',
  'examine-file': 'uploads',
  'process-upload': 'uploads',
  sweep: 'lifecycle',
} as const satisfies Readonly<Record<OperationName, string>>;

/** Programs that run in a container instead of Lambda, and the folder of each below `functions/`. */
export const programs = { 'upload-gateway': 'gateway' } as const;
export type ProgramName = keyof typeof programs;

/** Files of packages that an operation's entry reads from its own folder. */
export const operationAssets: Partial<Record<OperationName | ProgramName, readonly string[]>> = {
  'read-text': [DECODER_FILES['pdfium.wasm'], DECODER_FILES['libheif.wasm']],
  openapi: ['swagger-ui-dist/swagger-ui-bundle.js', 'swagger-ui-dist/swagger-ui.css', 'swagger-ui-dist/LICENSE'],
  'examine-file': Object.values(DECODER_FILES),
  'draw-picture': Object.values(DECODER_FILES),
};

/**
 * Entries of threads and processes that an operation starts, without their extension; their bundles are in the operation's
 * folder.
 */
export const operationThreads: Partial<Record<OperationName | ProgramName, readonly string[]>> = {
  'examine-file': [
    'files/checks/check-document.sandbox',
    'files/previews/preview.sandbox',
    'files/pictures/pictures.sandbox',
    'files/metadata/reading.sandbox',
    'files/text/read-document.sandbox',
  ],
  'draw-picture': [
    'files/previews/preview.sandbox',
    'files/pictures/pictures.sandbox',
    'files/metadata/reading.sandbox',
  ],
  'read-text': ['files/text/read-file.sandbox'],
};

/** The functions that decode the files of strangers. */
export const decoders = Object.keys(operationThreads) as readonly OperationName[];

/** The functions of a stack with an edge alone. */
export const edgeOperations = ['make-edge-key'] as const satisfies readonly OperationName[];
/** The functions of a stack that sends mail. */
export const mailOperations = ['send-mail'] as const satisfies readonly OperationName[];
type SomeStacks = (typeof edgeOperations)[number] | (typeof mailOperations)[number];
type EveryStack = Exclude<OperationName, SomeStacks>;

/** The names of the functions that every stack has, in the table's order. */
export const operationNames = Object.keys(operations).filter(
  (name) => !([...edgeOperations, ...mailOperations] as readonly string[]).includes(name),
) as readonly EveryStack[];
