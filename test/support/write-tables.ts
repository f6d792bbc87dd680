import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiTable } from './api-table.ts';
import { clientTypes } from './client-types.ts';
import { dialectTable } from './dialect-table.ts';
import { PROJECT } from './readme.ts';
import { actionTable, refusalTable } from './realtime-table.ts';

/** Puts a table in the place of the one in a document that has the same head. */
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
replaceTable('docs/realtime.md', actionTable());
replaceTable('docs/realtime.md', refusalTable());
writeFileSync(join(PROJECT, 'client/api-types.ts'), clientTypes());
