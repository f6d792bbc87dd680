import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from '@jest/globals';
import type { Route } from '../../lib/http-api.ts';
import { mediashelfApp } from '../../lib/mediashelf-app.ts';
import { type OperationName, operations, operationThreads, programs } from '../../lib/operations.ts';
import type { SettingsInput } from '../../lib/settings/schema.ts';

/** A resource of a template. */
export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into templates of any shape, and fail where they are wrong
  readonly Properties: any;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: readonly string[];
}

/** The project's own folder. */
export const ROOT = join(import.meta.dirname, '..', '..');

/** The entries as they are deployed. */
export const FUNCTIONS = join(ROOT, 'functions');

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A folder that is nobody else's, and gone after the tests of a file. */
export const freshFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'mediashelf-infra-'));
  folders.push(folder);
  return folder;
};

/** Entries that compile in no time and differ from each other, so that a template is about the stack alone. */
export const entriesOnly = (): string => {
  const folder = freshFolder();
  for (const [name, capability] of Object.entries(operations)) {
    mkdirSync(join(folder, capability), { recursive: true });
    writeFileSync(join(folder, capability, `${name}.lambda.ts`), `export const handler = async () => '${name}';\n`);
  }
  for (const [name, capability] of Object.entries(programs)) {
    mkdirSync(join(folder, capability), { recursive: true });
    writeFileSync(join(folder, capability, `${name}.server.ts`), `console.log('${name}');\n`);
  }
  for (const entry of Object.values(operationThreads).flat()) {
    const file = join(folder, `${entry}.ts`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `console.log('${entry}');\n`);
  }
  return folder;
};

/** One route for each function that is reached over HTTP, and a second for one of them. */
export const SOME_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/api/v1/media', operation: 'list-media' },
  { method: 'POST', path: '/api/v1/media', operation: 'create-media' },
  { method: 'GET', path: '/api/v1/media/{id}', operation: 'get-media' },
  { method: 'PATCH', path: '/api/v1/media/{id}', operation: 'update-media' },
  { method: 'DELETE', path: '/api/v1/media/{id}', operation: 'delete-media' },
  { method: 'GET', path: '/api/v1/media/{id}/content', operation: 'get-content' },
  { method: 'GET', path: '/m/{id}/{filename}', operation: 'get-content' },
  { method: 'DELETE', path: '/base/api/media/{id}/file', operation: 'remove-file' },
  { method: 'POST', path: '/api/v1/media/check-duplicates', operation: 'check-duplicates' },
  { method: 'GET', path: '/api/v1/media-tags', operation: 'manage-tags' },
  { method: 'POST', path: '/api/v1/media-tags', operation: 'manage-tags' },
  { method: 'GET', path: '/api/v1/media/{id}/tags', operation: 'tag-media' },
  { method: 'GET', path: '/api/v1/trash', operation: 'list-trash' },
  { method: 'POST', path: '/api/v1/media/{id}/restore', operation: 'restore-media' },
  { method: 'DELETE', path: '/api/v1/trash/{id}', operation: 'purge-media' },
  { method: 'GET', path: '/api/v1/usage', operation: 'get-usage' },
  { method: 'POST', path: '/api/v1/uploads', operation: 'create-upload' },
  { method: 'GET', path: '/api/v1/uploads/{id}', operation: 'get-upload' },
  { method: 'POST', path: '/api/v1/uploads/{id}/sign', operation: 'sign-upload' },
  { method: 'DELETE', path: '/api/v1/uploads/{id}', operation: 'delete-upload' },
  { method: 'POST', path: '/api/v1/media/upload', operation: 'upload-media' },
  { method: 'POST', path: '/api/v1/auth/login', operation: 'login' },
  { method: 'POST', path: '/api/v1/uploads/{id}/parts', operation: 'manage-parts' },
  { method: 'POST', path: '/api/v1/auth/logout', operation: 'logout' },
  { method: 'GET', path: '/api/v1/auth/me', operation: 'get-me' },
  { method: 'GET', path: '/api/v1/openapi.json', operation: 'openapi' },
  { method: 'GET', path: '/docs/{file}', operation: 'openapi' },
  { method: 'POST', path: '/api/v1/auth/refresh', operation: 'refresh' },
  { method: 'POST', path: '/api/v1/auth/guest', operation: 'create-guest' },
  { method: 'POST', path: '/api/v1/auth/password', operation: 'change-password' },
  { method: 'GET', path: '/api/v1/api-keys', operation: 'manage-api-keys' },
  { method: 'GET', path: '/api/v1/teams', operation: 'manage-teams' },
  { method: 'GET', path: '/api/v1/teams/{id}/members', operation: 'manage-members' },
  { method: 'POST', path: '/api/v1/invitations/accept', operation: 'manage-invitations' },
  { method: 'GET', path: '/api/v1/media/{id}/metadata', operation: 'analyze-media' },
  { method: 'POST', path: '/api/v1/realtime/tickets', operation: 'create-ticket' },
  { method: 'POST', path: '/api/v1/media/{id}/extract-text', operation: 'extract-text' },
  { method: 'GET', path: '/api/v1/events', operation: 'read-events' },
  { method: 'GET', path: '/api/v1/webhooks', operation: 'manage-webhooks' },
];

interface SynthesisOptions {
  readonly settings?: SettingsInput;
  readonly context?: Readonly<Record<string, unknown>>;
  readonly routes?: readonly Route[];
  readonly functionsFolder?: string;
}

/** Synthesizes the stack as `bin/mediashelf.ts` does, without building the layer or checking, and reads the result back. */
export const synthesize = async (options: SynthesisOptions = {}) => {
  const { settings = {}, context = {}, routes = SOME_ROUTES, functionsFolder } = options;
  const outdir = freshFolder();
  const app = await mediashelfApp({
    settings,
    routes,
    functionsFolder: functionsFolder ?? entriesOnly(),
    sharpFolder: join(ROOT, 'layers', 'sharp'),
    ocrFolder: join(ROOT, 'layers', 'ocr'),
    app: { outdir, context: { 'aws:cdk:bundling-stacks': [], 'mediashelf:checks': false, ...context } },
  });
  app.synth();
  const read = (file: string): string => readFileSync(join(outdir, file), 'utf8');
  const templateText = read('Mediashelf.template.json');
  const template = JSON.parse(templateText) as {
    Resources: Record<string, Resource>;
    Outputs: Record<string, { Value: unknown }>;
  };
  return { outdir, read, templateText, resources: template.Resources, outputs: template.Outputs };
};

/** A synthesized stack. */
export type Synthesized = Awaited<ReturnType<typeof synthesize>>;

/** The resources of one type, with their logical ids. */
export const ofType = ({ resources }: Pick<Synthesized, 'resources'>, type: string) =>
  Object.entries(resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => ({ id, ...resource }));

/** The only resource of a type. */
export const theOnly = (stack: Pick<Synthesized, 'resources'>, type: string) => {
  const [only, ...others] = ofType(stack, type);
  if (only === undefined || others.length > 0)
    throw new Error(`${others.length + (only ? 1 : 0)} resources of ${type}`);
  return only;
};

/** The function of an operation, told by its bundle: fixture entries answer their own name. */
export const functionOf = (stack: Synthesized, operation: OperationName) => {
  const found = ofType(stack, 'AWS::Lambda::Function').filter(({ Properties }) => {
    const folder = `asset.${String(Properties.Code.S3Key).replace(/\.zip$/, '')}`;
    return stack.read(join(folder, 'index.mjs')).includes(`"${operation}"`);
  });
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`${found.length} functions run ${operation}`);
  return only;
};

/** The role of a function. */
export const roleOf = (stack: Synthesized, operation: OperationName): Resource => {
  const [roleId] = functionOf(stack, operation).Properties.Role['Fn::GetAtt'];
  const role = stack.resources[roleId];
  if (role === undefined) throw new Error(`${operation} has no role`);
  return role;
};

/** One permission of a role, flattened: `dynamodb:GetItem <LibraryTable.Arn>`. */
export const permissionsOf = (role: Resource): string[] =>
  role.Properties.Policies.flatMap(({ PolicyDocument }: { PolicyDocument: { Statement: Statement[] } }) =>
    PolicyDocument.Statement.flatMap(({ Action, Resource }) =>
      [Action].flat().flatMap((action) => [Resource].flat().map((resource) => `${action} ${flat(resource)}`)),
    ),
  ).sort();

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
}

/** An ARN or address of the template as text: references in angle brackets, without the hash that CDK adds to ids. */
export const flat = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[key, argument] = ['', '']] = Object.entries(value);
  const short = (id: string) => id.replace(/[0-9A-F]{8}$/, '');
  if (key === 'Ref') return `<${short(String(argument))}>`;
  if (key === 'Fn::GetAtt') return `<${short(String(argument[0]))}.${argument[1]}>`;
  if (key === 'Fn::Join') return argument[1].map(flat).join(argument[0]);
  throw new Error(`unexpected ${key}`);
};
