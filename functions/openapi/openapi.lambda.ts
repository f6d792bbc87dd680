import { readFile } from 'node:fs/promises';
import { routes } from '../dialects/route-table.ts';
import { v1GetDocument, v1GetViewer, v1GetViewerFile } from '../dialects/v1/openapi.ts';
import { apiContextOf } from '../entries/api-context.ts';
import { DIALECT_NAMES } from '../http/dialect.ts';
import { bindRoute, serveAll } from '../http/serve.ts';
import { ApiEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { openApiDocument } from './document.ts';
import { viewer } from './viewer.ts';

const env = ApiEnvironment.parse(process.env);
const documentOf = (dialect: (typeof DIALECT_NAMES)[number]) => openApiDocument(routes, dialect, env.PUBLIC_URL);
const page = viewer({ apis: DIALECT_NAMES, documentOf, read: (name) => readFile(new URL(name, import.meta.url)) });
const getPage = ({ input }: { input: string | undefined }) => page(input);

export const handler = serveAll(
  [
    bindRoute(async () => documentOf('v1'), v1GetDocument),
    bindRoute(getPage, v1GetViewer),
    bindRoute(getPage, v1GetViewerFile),
  ],
  apiContextOf(env, openTable(env.TABLE)),
);
