import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Owner } from '../owner.ts';
import type { SentMail } from '../ses/mail-folder.ts';
import { curlTour } from './tour.ts';

/** A document that the page links to. */
export interface WelcomeDocument {
  readonly title: string;
  readonly summary: string;
  readonly href: string;
}

/** The content of the page: the ready line of the runtime, and the documentation. */
export interface WelcomeInfo {
  readonly http: string;
  readonly ws: string;
  readonly s3: string;
  readonly dynamodb: string;
  readonly table: string;
  readonly bucket: string;
  /** Left out for a reader without the printed address: every caller of the port sees the rest. */
  readonly owner?: Owner | undefined;
  /** Mails that were sent; shown to the owner alone, since their links open what they are about. */
  readonly mails?: readonly SentMail[] | undefined;
  readonly documents?: readonly WelcomeDocument[];
}

export interface WelcomePage {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

const asset = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
const STYLE = asset('./welcome.css');
const SCRIPT = asset('./welcome.js');

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** The page shows a key: no foreign code may run in it, frame it, store it or receive its address. */
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    `style-src ${hash(STYLE)}`,
    `script-src ${hash(SCRIPT)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

const secret = (value: string): string => `<span data-secret="${escapeHtml(value)}">••••••••••••</span>`;

const copyButton = (id: string, label: string): string =>
  `<button type="button" data-for="${id}" aria-label="Copy ${label}">Copy</button>`;

const row = (id: string, label: string, value: string): string =>
  `<div class="row"><dt>${label}</dt><dd class="value"><code id="${id}">${escapeHtml(value)}</code></dd>
   <dd class="actions">${copyButton(id, label)}</dd></div>`;

const secretRow = (id: string, label: string, value: string): string =>
  `<div class="row"><dt>${label}</dt><dd class="value"><code id="${id}">${secret(value)}</code></dd>
   <dd class="actions"><button type="button" data-for="${id}" data-does="reveal" aria-pressed="false" aria-label="Reveal ${label}">Reveal</button>
   ${copyButton(id, label)}</dd></div>`;

const LOGO = `<svg viewBox="0 0 64 64" aria-hidden="true"><rect width="64" height="64" rx="15" fill="#b4431f"/>
  <rect x="12" y="15" width="17" height="28" rx="3" fill="#fff"/><rect x="33" y="23" width="19" height="20" rx="3" fill="#ffd9b8"/>
  <path d="m12 38 6-8 5 6 3-3 3 4v3a3 3 0 0 1-3 3H15a3 3 0 0 1-3-3z" fill="#f0a15f"/><circle cx="42" cy="32" r="4.5" fill="#b4431f"/>
  <rect x="9" y="46" width="46" height="5" rx="2.5" fill="#5f1f0c"/></svg>`;

const tourSteps = ({ http, owner }: WelcomeInfo): string =>
  curlTour(http)
    .map(({ title, commands }, index) => {
      const code = escapeHtml(commands).replace('{{KEY}}', () => (owner ? secret(owner.apiKey) : 'sk_live_...'));
      return `<li><div class="step"><h3>${title}</h3>${copyButton(`step-${index}`, `step ${index + 1}`)}</div>
      <pre tabindex="0" aria-label="Commands of step ${index + 1}"><code id="step-${index}">${code}</code></pre></li>`;
    })
    .join('\n');

const documentList = (documents: readonly WelcomeDocument[]): string =>
  documents.length === 0
    ? ''
    : `<section aria-labelledby="documents"><h2 id="documents">Documentation</h2><p>As it is in this checkout.</p><ul class="documents">
    ${documents.map(({ title, summary, href }) => `<li><a href="${escapeHtml(href)}">${escapeHtml(title)}</a><span>${escapeHtml(summary)}</span></li>`).join('\n')}
    </ul></section>`;

const ownerSection = (owner: Owner | undefined): string =>
  owner
    ? `<section aria-labelledby="owner"><h2 id="owner">Owner</h2><p>Made on the first start, for this machine alone.</p><dl>
${row('email', 'E-mail', owner.email)}
${secretRow('password', 'Password', owner.password)}
${secretRow('key', 'API key', owner.apiKey)}
</dl></section>`
    : `<section aria-labelledby="owner"><h2 id="owner">Owner</h2><p>The address that <code>npm start</code> printed shows password and
API key: it carries a token, since other users of this machine reach this page as well.</p></section>`;

const LINK = /https?:\/\/[^\s"'<>]+/g;
/** The text of a mail with its links: the page is of this machine, and so are they. */
const linked = (text: string): string =>
  escapeHtml(text).replace(LINK, (address) => `<a href="${address}" rel="noreferrer">${address}</a>`);

const mailSection = (mails: readonly SentMail[] | undefined): string =>
  mails === undefined
    ? ''
    : `<section aria-labelledby="mails"><h2 id="mails">Mails</h2><p>Kept in the folder <code>mails</code> of the data, and sent to no other machine.</p>
${mails.length === 0 ? '<p>None were sent yet.</p>' : ''}${mails
  .map(
    ({ to, subject, at, text }) =>
      `<details><summary>${escapeHtml(subject)} · ${escapeHtml(to.join(', '))} · <time>${escapeHtml(at)}</time></summary><pre tabindex="0">${linked(text)}</pre></details>`,
  )
  .join('\n')}</section>`;

const body = (info: WelcomeInfo): string => `
<header>${LOGO}<div><h1>Mediashelf</h1><p>A serverless media library, running on this machine.</p></div><span class="state">Running</span></header>
<main>
<div class="columns">
<section aria-labelledby="addresses"><h2 id="addresses">Addresses</h2><p>Loopback only: nothing is reachable from outside.</p><dl>
${row('http', 'HTTP API', `${info.http}/api/v1`)}
${row('ws', 'WebSocket', info.ws)}
${row('s3', 'S3', info.s3)}
${row('bucket', 'Bucket', info.bucket)}
${row('dynamodb', 'DynamoDB', info.dynamodb)}
${row('table', 'Table', info.table)}
</dl></section>
<div class="stack">${ownerSection(info.owner)}
${mailSection(info.mails)}
${documentList(info.documents ?? [])}
</div></div>
<div class="columns"><section aria-labelledby="next"><h2 id="next">Next steps</h2>
<p><a href="/app/">Open the dashboard</a>: the library in this browser. Sign in with the e-mail address and password of the owner.</p>
<p>The main job with curl and jq. <code>npm run demo</code> does the same with a folder of photos.</p><ol>${tourSteps(info)}</ol></section></div>
</main>
<p id="said" role="status"></p>`;

/** Renders the page that `GET /` of the local runtime shows: self-contained, without one request to another host. */
export const renderWelcome = (info: WelcomeInfo): WelcomePage => ({
  headers: HEADERS,
  html: `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mediashelf on this machine</title><link rel="icon" href="data:image/svg+xml,${encodeURIComponent(LOGO.replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" '))}">
<style>${STYLE}</style></head><body><div class="sheet">${body(info)}</div><script>${SCRIPT}</script></body></html>
`,
});
