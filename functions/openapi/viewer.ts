import type { Page } from '../dialects/v1/viewer-page.ts';
import { notFound } from '../domain/errors.ts';

export interface ViewerDeps<Api extends string> {
  /** The APIs to choose from; the first is shown where none is named. */
  readonly apis: readonly Api[];
  readonly documentOf: (api: Api) => unknown;
  /** Reads a file beside the function's code. */
  readonly read: (name: string) => Promise<Uint8Array>;
}

const page = (apis: readonly string[]): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mediashelf API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="stylesheet" href="/docs/viewer.css">
</head>
<body>
<nav aria-label="API">${apis.map((api) => `<a href="/docs?api=${api}">${api}</a>`).join('')}</nav>
<div id="viewer"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const STYLE = `body { margin: 0; }
nav { display: flex; flex-wrap: wrap; gap: 1rem; padding: 0.75rem 1.25rem; font: 1rem system-ui, sans-serif; background: #1b1b1b; }
nav a { color: #fff; }
nav a[aria-current] { font-weight: bold; text-decoration: none; }
`;

/** The path is looked up in a list of files, so no other file can be loaded. */
const START = `const links = [...document.querySelectorAll('nav a')];
const asked = new URLSearchParams(location.search).get('api');
const shown = links.find((link) => link.textContent === asked) ?? links[0];
shown.setAttribute('aria-current', 'page');
SwaggerUIBundle({ url: '/docs/' + shown.textContent + '.json', dom_id: '#viewer', deepLinking: true, validatorUrl: null });
`;

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'utf8');

const SCRIPT = 'text/javascript; charset=utf-8';
const CSS = 'text/css; charset=utf-8';

/** Files of the viewer beside the function's code. */
const STORED: Readonly<Record<string, string>> = { 'swagger-ui-bundle.js': SCRIPT, 'swagger-ui.css': CSS };

/** The page that shows the documents, the documents, and the page's files. Throws `NOT_FOUND` for any other name. */
export const viewer =
  <Api extends string>({ apis, documentOf, read }: ViewerDeps<Api>) =>
  async (file: string | undefined): Promise<Page> => {
    if (file === undefined) return { type: 'text/html; charset=utf-8', bytes: bytesOf(page(apis)) };
    if (file === 'start.js') return { type: SCRIPT, bytes: bytesOf(START) };
    if (file === 'viewer.css') return { type: CSS, bytes: bytesOf(STYLE) };
    const api = apis.find((each) => `${each}.json` === file);
    if (api) return { type: 'application/json', bytes: bytesOf(JSON.stringify(documentOf(api))) };
    const type = Object.hasOwn(STORED, file) ? STORED[file] : undefined;
    if (type === undefined) throw notFound('Page');
    return { type, bytes: await read(file) };
  };
