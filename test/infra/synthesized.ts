import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import type { Route } from '../../lib/http-api.ts';
import type { OperationName } from '../../lib/operations.ts';
import type { SettingsInput } from '../../lib/settings/schema.ts';
import { fingerprint, markUsed } from '../../local/synth.ts';

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

/** A folder of this file alone, and gone after the tests of a file. */
export const freshFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'mediashelf-infra-'));
  folders.push(folder);
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
  { method: 'POST', path: '/api/v1/bulk/tag', operation: 'bulk-media' },
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
  { method: 'POST', path: '/api/v1/uppy/tokens', operation: 'manage-uppy' },
  { method: 'POST', path: '/api/v1/auth/login', operation: 'login' },
  { method: 'POST', path: '/api/v1/uploads/{id}/parts', operation: 'manage-parts' },
  { method: 'POST', path: '/api/v1/auth/logout', operation: 'logout' },
  { method: 'GET', path: '/api/v1/auth/me', operation: 'get-me' },
  { method: 'GET', path: '/api/v1/openapi.json', operation: 'openapi' },
  { method: 'GET', path: '/docs/{file}', operation: 'openapi' },
  { method: 'GET', path: '/app', operation: 'web' },
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
  { method: 'GET', path: '/api/v1/collections', operation: 'manage-collections' },
  { method: 'GET', path: '/api/v1/share-links', operation: 'manage-share-links' },
  { method: 'POST', path: '/api/v1/shared', operation: 'open-share-link' },
];

interface SynthesisOptions {
  readonly settings?: SettingsInput;
  readonly context?: Readonly<Record<string, unknown>>;
  readonly routes?: readonly Route[];
  readonly functionsFolder?: string;
}

/** What a synthesis is asked for; without a folder of functions, of entries that compile in no time. */
export interface Order {
  readonly outdir: string;
  readonly settings: SettingsInput;
  readonly context: Readonly<Record<string, unknown>>;
  readonly routes: readonly Route[];
  readonly functionsFolder?: string | undefined;
}

/**
 * Synthesizes the stack as `bin/mediashelf.ts` does, without building the layer or checking, and reads the result back.
 * What was asked for before, of the same sources, is read from the folder where it is; by other test files as well.
 */
export const synthesize = async (options: SynthesisOptions = {}) => {
  const { settings = {}, context = {}, functionsFolder } = options;
  const routes = (options.routes ?? SOME_ROUTES).map(({ method, path, operation }) => ({ method, path, operation }));
  const outdir = await kept({
    settings,
    routes,
    functionsFolder,
    context: { 'aws:cdk:bundling-stacks': [], 'mediashelf:checks': false, ...context },
  });
  const read = (file: string): string => readFileSync(join(outdir, file), 'utf8');
  const templateText = read('Mediashelf.template.json');
  const template = JSON.parse(templateText) as {
    Resources: Record<string, Resource>;
    Outputs: Record<string, { Value: unknown }>;
  };
  return { outdir, read, templateText, resources: template.Resources, outputs: template.Outputs };
};

const PROGRAM = join(import.meta.dirname, 'synthesize.ts');
const KEPT = join(ROOT, '.mediashelf', 'infra');
const HOUR_MS = 3_600_000;

/** The folder of a synthesis, named by what it was made from; it appears by a rename, since test files run side by side. */
const kept = async (order: Omit<Order, 'outdir'>): Promise<string> => {
  const made = createHash('sha256')
    .update(fingerprint(ROOT))
    .update(readFileSync(PROGRAM))
    .update(JSON.stringify(order));
  const target = join(KEPT, made.digest('hex').slice(0, 24));
  if (existsSync(target)) {
    markUsed(target);
    return target;
  }
  const draft = join(KEPT, `.draft-${randomUUID()}`);
  mkdirSync(KEPT, { recursive: true });
  for (const name of readdirSync(KEPT)) {
    const age = Date.now() - (statSync(join(KEPT, name), { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (age > HOUR_MS) rmSync(join(KEPT, name), { recursive: true, force: true });
  }
  try {
    await run({ ...order, outdir: draft });
    if (!existsSync(target)) renameSync(draft, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return target;
};

/** CDK takes seconds to load inside of Jest, and a fraction of that in a process of its own. */
const run = (order: Order): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROGRAM], {
      cwd: ROOT,
      stdio: ['pipe', 'ignore', 'pipe'],
      env: { ...process.env, NODE_COMPILE_CACHE: join(ROOT, '.mediashelf', 'compile-cache') },
    });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(said.trim()))));
    child.stdin.end(JSON.stringify(order));
  });

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

/** The role that API Gateway assumes to call functions. */
export const theInvocationRole = (stack: Synthesized) => {
  const [only, ...others] = ofType(stack, 'AWS::IAM::Role').filter(({ Properties }) =>
    JSON.stringify(Properties.AssumeRolePolicyDocument).includes('apigateway.amazonaws.com'),
  );
  if (only === undefined || others.length > 0) throw new Error('There is not one role of API Gateway');
  return only;
};

/** The permissions of a role, flattened: `dynamodb:GetItem <LibraryTable.Arn>`. What is withheld of them is left out. */
export const permissionsOf = (role: Resource): string[] =>
  role.Properties.Policies.flatMap(({ PolicyDocument }: { PolicyDocument: { Statement: Statement[] } }) =>
    PolicyDocument.Statement.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action, Resource }) =>
      [Action].flat().flatMap((action) => [Resource].flat().map((resource) => `${action} ${flat(resource)}`)),
    ),
  ).sort();

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
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
