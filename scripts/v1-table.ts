import { readdirSync, readFileSync } from 'node:fs';
import { routes } from '../functions/dialects/route-table.ts';
import { operations } from '../lib/operations.ts';

const FOLDER = 'functions/dialects/v1';
const sources = readdirSync(FOLDER).map((name) => ({
  file: `${FOLDER}/${name}`,
  text: readFileSync(`${FOLDER}/${name}`, 'utf8'),
}));

/** The file of the dialect that defines the route of a path. */
const definitionOf = (path: string): string =>
  sources.find(({ text }) => text.includes(`'${path}'`))?.file ?? 'not found';

const link = (file: string, name: string): string => `[${name}](../${file})`;

/** The table of `docs/v1.md`: each route with who may call it, the file that defines it and the function that does it. */
export const apiTable = (): string => {
  const ofV1 = routes.filter(({ dialect }) => dialect === 'v1');
  const rows = ofV1.map(({ method, path, summary, access, alsoFor, operation }) => {
    const entry = `functions/${operations[operation as keyof typeof operations]}/${operation}.lambda.ts`;
    const definition = definitionOf(path);
    return `| \`${method} ${path}\` | ${summary} | ${alsoFor ? `${access}, ${alsoFor}` : access} | ${link(definition, definition.replace(`${FOLDER}/`, ''))} | ${link(entry, operation)} |`;
  });
  return ['| route | what it does | access | defined in | function |', '|---|---|---|---|---|', ...rows].join('\n');
};
