import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SentMail } from '../ses/mail-folder.ts';
import { renderWelcome, type WelcomeInfo } from './page.ts';
import { hasWelcomeToken } from './token.ts';

/** The project's documents, in the order in which one reads them; `file` is relative to the project's root. */
const DOCUMENTS = [
  { title: 'Read me', summary: 'What it is, how it starts, how it is deployed.', file: 'README.md' },
  { title: 'Architecture', summary: 'The parts, and what they have to agree on.', file: 'docs/architecture.md' },
  { title: 'Runbook', summary: 'Alarms, and what to do about each.', file: 'docs/runbook.md' },
  { title: 'Contributing', summary: 'How a change is made and checked.', file: 'CONTRIBUTING.md' },
] as const;

/** The page shows a key. Who follows a link sends no origin; a script of another page does. */
const isFromElsewhere = ({ headers: { origin, host } }: IncomingMessage): boolean =>
  origin !== undefined && origin !== `http://${host}`;

const answer = (
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  text: string,
): true => {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) });
  response.end(response.req.method === 'HEAD' ? undefined : text);
  return true;
};

const MAILS_SHOWN = 20;

const PLAIN = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' } as const;

/** What the page shows, read on each request. */
export type WelcomeContent = Omit<WelcomeInfo, 'documents' | 'mails'> & { readonly mails?: () => readonly SentMail[] };

/**
 * Serves the welcome page at `/` and the project's documents under `/docs/`, as a `fallback` of the HTTP gateway:
 * answers true for what it served. Password and key are on it for a request with the token of the printed address alone. The gateway refuses calls under the name of another host. `info` is asked on each request, so it may be known later than the gateway.
 */
export const serveWelcome = (info: () => WelcomeContent, root: URL) => {
  const documents = DOCUMENTS.map((document) => ({
    ...document,
    href: `/docs/${document.file.replace(/^docs\//, '')}`,
  }));
  const present = () => documents.filter(({ file }) => existsSync(new URL(file, root)));

  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const path = request.url?.split('?', 1)[0];
    const document = documents.find(({ href }) => href === path);
    if ((path !== '/' && !document) || (request.method !== 'GET' && request.method !== 'HEAD')) return false;
    if (isFromElsewhere(request)) return answer(response, 403, PLAIN, 'This page is not for other pages.\n');
    if (path === '/') {
      const { owner, mails, ...open } = info();
      const isOwner = owner !== undefined && hasWelcomeToken(request.url ?? '', owner);
      const { html, headers } = renderWelcome({
        ...open,
        ...(isOwner ? { owner, mails: mails?.().slice(0, MAILS_SHOWN) } : {}),
        documents: present(),
      });
      return answer(response, 200, headers, html);
    }
    const file = document && new URL(document.file, root);
    if (!file || !existsSync(file)) return false;
    return answer(response, 200, PLAIN, readFileSync(file, 'utf8'));
  };
};
