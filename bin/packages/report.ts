import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '../../cli/run.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Types of the routes: held by the OpenAPI documents. */
const GENERATED = 'api-types.d.ts';

const withoutComments = (text: string): string => text.replaceAll(/\/\*\*[\s\S]*?\*\/\s*/g, '');

const declarations = (dist: string): string =>
  readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.d.ts') && path !== GENERATED)
    .toSorted()
    .map((path) => `// ${path}\n${withoutComments(readFileSync(join(dist, path), 'utf8')).trim()}\n`)
    .join('\n');

const commands = (): string =>
  Object.entries(COMMANDS)
    .map(([name, { options }]) => {
      const flags = Object.entries(options).map(([flag, { type, short }]) => {
        const names = short === undefined ? `--${flag}` : `-${short} --${flag}`;
        return `  ${names}${type === 'string' ? ' VALUE' : ''}`;
      });
      return [name, ...flags].join('\n');
    })
    .join('\n')
    .concat('\n');

/** What a package promises, from what was built: the types of its exports, or its commands and flags. */
export const REPORTS: Readonly<Record<string, () => string>> = {
  'client.txt': () => declarations(join(ROOT, 'client', 'dist')),
  'cdk.txt': () => declarations(join(ROOT, 'cdk', 'dist')),
  'cli.txt': commands,
};

/** The folder of the committed reports: a change of what is promised is a change of a file. */
export const REPORT_FOLDER = join(ROOT, 'docs', 'packages');
