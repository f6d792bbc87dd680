/** Part of `npm run check`: comments, titles of tests and documents name the actor. Prints `file:line: text` for each that does not. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const WORDS = /\b(?:somebody|nobody|whoever|whomever|somewhere)\b/i;

/** The test of this check has the words as data. */
const EXAMPLES = 'test/unit/check-words.test.ts';

/** The parts of a line of code for people: comments and titles of tests. */
const PROSE = [
  /(?:^|\s)\/\/ .*$/g,
  /\/\*.*?(?:\*\/|$)/g,
  /^\s*\* .*$/g,
  /\b(?:it|describe|test)(?:\.\w+)*\(\s*(['"`]).*?\1/g,
  /^\s*\]\)\(\s*(['"`]).*?\1/g,
];
const SCRIPT_PROSE = [/(?:^|\s)# .*$/g];
const WHOLE = [/^.*$/g];

const proseOf = (path: string): readonly RegExp[] | undefined => {
  if (path.endsWith('.md')) return WHOLE;
  if (/\.(?:tsx?|js|mjs|css)$/.test(path)) return PROSE;
  return /(?:\.(?:sh|yml|yaml)|Dockerfile|\.ci\/run)$/.test(path) ? SCRIPT_PROSE : undefined;
};

/** The lines of a text with one of the words where people read. */
export const faultsOf = (path: string, text: string): readonly string[] => {
  const patterns = proseOf(path);
  if (!patterns) return [];
  return text.split('\n').flatMap((line, at) => {
    const prose = patterns.flatMap((pattern) => line.match(pattern) ?? []);
    return prose.some((part) => WORDS.test(part)) ? [`${path}:${at + 1}: ${line.trim()}`] : [];
  });
};

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  const files = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n');
  const faults = files
    .filter((path) => path !== '' && path !== EXAMPLES && existsSync(join(root, path)))
    .flatMap((path) => faultsOf(path, readFileSync(join(root, path), 'utf8')));
  if (faults.length > 0) {
    process.stderr.write(
      `${faults.join('\n')}\nName the actor ("the client", "another call") in place of these words.\n`,
    );
    process.exitCode = 1;
  }
}
