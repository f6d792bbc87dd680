/** `npm run generate`: the tables, documents and types that are made from the code. Tests compare each with the code. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { clientTypes } from './client-types.ts';
import { ledgerTable, monthTable } from './cost-tables.ts';
import { dialectTable } from './dialect-table.ts';
import { errorTable, textCodeTable, uploadCodeTable } from './error-tables.ts';
import { openApiFiles } from './openapi-files.ts';
import { actionTable, refusalTable } from './realtime-table.ts';
import { textTable } from './text-table.ts';
import { apiTable } from './v1-table.ts';

const PROJECT = join(import.meta.dirname, '..');

/** Replaces the table in a document that has the same head. */
const replaceTable = (document: string, table: string): void => {
  const path = join(PROJECT, document);
  const text = readFileSync(path, 'utf8');
  const head = table.slice(0, table.indexOf('\n'));
  const start = text.indexOf(head.split('|').slice(0, 2).join('|'));
  if (start < 0) throw new Error(`${document} has no table that begins with ${head}`);
  const old = /^(?:\|.*\n?)+/.exec(text.slice(start))?.[0] ?? '';
  writeFileSync(path, `${text.slice(0, start)}${table}\n${text.slice(start + old.length)}`);
};

replaceTable('docs/v1.md', apiTable());
replaceTable('docs/apis.md', dialectTable());
replaceTable('docs/apis.md', textTable());
replaceTable('docs/realtime.md', actionTable());
replaceTable('docs/realtime.md', refusalTable());
replaceTable('docs/cost.md', monthTable());
replaceTable('docs/cost.md', ledgerTable());
replaceTable('docs/errors.md', errorTable());
replaceTable('docs/errors.md', uploadCodeTable());
replaceTable('docs/errors.md', textCodeTable());
for (const [path, text] of Object.entries({ ...openApiFiles(), 'client/api-types.ts': clientTypes() })) {
  mkdirSync(dirname(join(PROJECT, path)), { recursive: true });
  writeFileSync(join(PROJECT, path), text);
}
