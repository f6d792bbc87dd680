import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { openApiFiles } from '../../../scripts/openapi-files.ts';
import { PROJECT, readDocument } from '../../support/checks/readme.ts';

const files = Object.entries(openApiFiles());

it.each(files)('%s is the document of the code: `npm run generate` writes it', (path, text) => {
  expect(readDocument(path)).toBe(text);
});

it('docs/openapi has no other document', () => {
  const there = readdirSync(join(PROJECT, 'docs/openapi')).map((name) => `docs/openapi/${name}`);
  expect(there.toSorted()).toEqual(files.map(([path]) => path).toSorted());
});
