import { notFound } from '../domain/errors.ts';

/** A file that a browser is given. */
export interface Page {
  readonly type: string;
  readonly bytes: Uint8Array;
}

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mediashelf API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="viewer"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const START = `SwaggerUIBundle({ url: '/api/v1/openapi.json', dom_id: '#viewer', deepLinking: true, validatorUrl: null });
`;

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'utf8');

/** Files of the viewer that lie beside the function. */
const VIEWER_TYPES: Readonly<Record<string, string>> = {
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'swagger-ui.css': 'text/css; charset=utf-8',
};

/** The page that shows a document, and the files that it is made of. Throws `NOT_FOUND` for any other name. */
export const viewer =
  (read: (name: string) => Promise<Uint8Array>) =>
  async (file: string | undefined): Promise<Page> => {
    if (file === undefined) return { type: 'text/html; charset=utf-8', bytes: bytesOf(PAGE) };
    if (file === 'start.js') return { type: 'text/javascript; charset=utf-8', bytes: bytesOf(START) };
    const type = Object.hasOwn(VIEWER_TYPES, file) ? VIEWER_TYPES[file] : undefined;
    if (type === undefined) throw notFound('Page');
    return { type, bytes: await read(file) };
  };
