import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { v1GetDashboard, v1GetDashboardFile, v1GetDashboardPage } from '../dialects/v1/web.ts';
import { apiContextOf } from '../entries/api-context.ts';
import { NO_EDGE } from '../http/behind-edge.ts';
import { bindRoute, serveAll } from '../http/serve.ts';
import { WebEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { serveWeb } from './serve-web.ts';

const env = WebEnvironment.parse(process.env);
const web = serveWeb({
  names: readdirSync(new URL('.', import.meta.url)),
  read: (name) => readFile(new URL(name, import.meta.url)),
  publicUrl: env.PUBLIC_URL,
  socketUrl: env.SOCKET_URL,
  filesUrl: env.FILES_URL,
  mail: env.MAIL,
  retentionDays: env.SETTINGS.retentionDays,
  hasEdge: env.EDGE !== NO_EDGE,
});

export const handler = serveAll(
  [
    bindRoute(web.page, v1GetDashboard),
    bindRoute(web.page, v1GetDashboardPage),
    bindRoute(web.file, v1GetDashboardFile),
  ],
  apiContextOf(env, openTable(env.TABLE)),
);
