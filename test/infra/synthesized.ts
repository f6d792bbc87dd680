import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Route } from '../../lib/http-api.ts';
import { mediashelfApp } from '../../lib/mediashelf-app.ts';
import { operations } from '../../lib/operations.ts';
import type { SettingsInput } from '../../lib/settings/schema.ts';

/** A resource of a template. */
export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into templates of any shape, and fail where they are wrong
  readonly Properties: any;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: readonly string[];
}

const ROOT = join(import.meta.dirname, '..', '..');

/** A folder of the system's that is nobody else's. */
export const freshFolder = (): string => mkdtempSync(join(tmpdir(), 'mediashelf-infra-'));

/** Entries that compile in no time and differ from each other, so that a template is about the stack alone. */
export const entriesOnly = (): string => {
  const folder = freshFolder();
  for (const [name, capability] of Object.entries(operations)) {
    mkdirSync(join(folder, capability), { recursive: true });
    writeFileSync(join(folder, capability, `${name}.lambda.ts`), `export const handler = async () => '${name}';\n`);
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
  { method: 'POST', path: '/api/v1/uploads', operation: 'create-upload' },
  { method: 'GET', path: '/api/v1/uploads/{id}', operation: 'get-upload' },
  { method: 'POST', path: '/api/v1/uploads/{id}/sign', operation: 'sign-upload' },
  { method: 'DELETE', path: '/api/v1/uploads/{id}', operation: 'delete-upload' },
  { method: 'POST', path: '/api/v1/auth/login', operation: 'login' },
  { method: 'POST', path: '/api/v1/auth/logout', operation: 'logout' },
  { method: 'GET', path: '/api/v1/auth/me', operation: 'get-me' },
  { method: 'POST', path: '/api/v1/realtime/tickets', operation: 'create-ticket' },
];

interface SynthesisOptions {
  readonly settings?: SettingsInput;
  readonly context?: Readonly<Record<string, unknown>>;
  readonly routes?: readonly Route[];
  readonly functionsFolder?: string;
}

/** Synthesizes the stack as `bin/mediashelf.ts` does, without building the layer, and reads the result back. */
export const synthesize = async (options: SynthesisOptions = {}) => {
  const { settings = {}, context = {}, routes = SOME_ROUTES, functionsFolder } = options;
  const outdir = freshFolder();
  const app = await mediashelfApp({
    settings,
    routes,
    functionsFolder: functionsFolder ?? entriesOnly(),
    sharpFolder: join(ROOT, 'layers', 'sharp'),
    app: { outdir, context: { 'aws:cdk:bundling-stacks': [], ...context } },
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
