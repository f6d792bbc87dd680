import { readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { routes } from '../dialects/route-table.ts';
import { formUploadHandler } from '../entries/form-upload-handler.ts';
import { orderExamination } from '../files/checks/order-examination.ts';
import { s3Files } from '../files/file-store.ts';
import { transportSecurity } from '../http/render.ts';
import { UploadGatewayEnvironment } from '../shared/environment.ts';
import { invoking } from '../shared/invoke.ts';
import { examineElsewhere } from '../uploads/examine-elsewhere.ts';
import { SPOOL_PREFIX } from '../uploads/spool.ts';
import { crossOrigin } from './cross-origin.ts';
import { type FormHandler, formServer } from './form-server.ts';
import { logJson } from './log-json.ts';
import { matcher } from './routes.ts';

const env = UploadGatewayEnvironment.parse(process.env);
logJson(process);

/** A function examines each file: this program passes bytes on, and only has the permissions to record them. */
const examine = examineElsewhere(orderExamination(invoking(env.EXAMINE_FILE)), {
  files: s3Files(env.BUCKET),
  newId: () => crypto.randomUUID(),
});

/** The functions whose forms may be too large for Lambda. */
const handlers: Readonly<Record<string, FormHandler>> = {
  'upload-media': formUploadHandler(env, examine, { isBounded: true }),
};

// A killed program leaves the files that it was receiving.
for (const name of readdirSync(tmpdir())) {
  if (name.startsWith(SPOOL_PREFIX)) rmSync(join(tmpdir(), name), { recursive: true, force: true });
}

const formRoutes = routes.flatMap(({ method, path, operation }) => {
  const handler = handlers[operation];
  return handler ? [{ method, path, handler }] : [];
});

const server = formServer({
  match: matcher(formRoutes),
  crossOrigin: crossOrigin(env.SETTINGS.allowedOrigins),
  headers: transportSecurity(env.PUBLIC_URL),
});
server.listen(Number(env.PORT), env.HOST);
process.once('SIGTERM', () => server.close());
