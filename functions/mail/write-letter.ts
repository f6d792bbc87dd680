import type { Letter, MailLanguage } from '../domain/mail.ts';
import type { MailWords } from './mail-words.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

const paragraphs = (lines: readonly string[], style: string): string =>
  lines.map((line) => `<p style="${style}">${escapeHtml(line)}</p>`).join('\n');

/** A mail with one link, as plain text and as HTML. It loads nothing, so that no server learns when it is read. */
export const writeLetter = (
  { subject, lines, action, after }: MailWords,
  { to, language, address }: { readonly to: string; readonly language: MailLanguage; readonly address: string },
): Letter => ({
  to,
  subject,
  text: [...lines, '', `${action}:`, address, '', ...after, ''].join('\n'),
  html: `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#1c1b19;background:#fff">
<div style="max-width:32em;margin:0 auto">
${paragraphs(lines, 'margin:0 0 16px')}
<p style="margin:24px 0"><a href="${escapeHtml(address)}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#b4431f;color:#fff;text-decoration:none">${escapeHtml(action)}</a></p>
<p style="margin:0 0 16px;color:#5c5a55;overflow-wrap:anywhere">${escapeHtml(address)}</p>
${paragraphs(after, 'margin:0 0 8px;color:#5c5a55')}
</div></body></html>
`,
});
