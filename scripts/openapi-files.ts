import { routes } from '../functions/dialects/route-table.ts';
import { DIALECT_NAMES } from '../functions/http/dialect.ts';
import { openApiDocument } from '../functions/openapi/document.ts';

/** The OpenAPI document of each API, by its path below the project. The address is that of the local runtime. */
export const openApiFiles = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    DIALECT_NAMES.map((name) => [
      `docs/openapi/${name}.json`,
      `${JSON.stringify(openApiDocument(routes, name, 'http://127.0.0.1:3000'), null, 2)}\n`,
    ]),
  );
