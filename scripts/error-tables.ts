import { dialects } from '../functions/dialects/dialects.ts';
import { codesOf, ERROR_REFERENCE, TEXT_CODES, UPLOAD_CODES } from '../functions/domain/error-reference.ts';
import { MediaError } from '../functions/domain/errors.ts';
import { DIALECT_NAMES } from '../functions/http/dialect.ts';

const row = (...cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly string[]): string =>
  [row(...head), `|${'---|'.repeat(head.length)}`, ...rows].join('\n');

/** The codes of errors, with the status that each API answers. */
export const errorTable = (): string =>
  table(
    ['code', ...DIALECT_NAMES, 'meaning', 'what to do'],
    codesOf(ERROR_REFERENCE).map((code) => {
      const statuses = DIALECT_NAMES.map((name) => dialects[name].refuse(new MediaError(code, '')).status);
      const { meaning, remedy } = ERROR_REFERENCE[code];
      return row(`\`${code}\``, ...statuses, meaning, remedy);
    }),
  );

type Reference = Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>>;

const codeTable = (name: string, reference: Reference): string =>
  table(
    [name, 'meaning', 'what to do'],
    Object.entries(reference).map(([code, { meaning, remedy }]) => row(`\`${code}\``, meaning, remedy)),
  );

/** The codes of uploads that did not become a record. */
export const uploadCodeTable = (): string => codeTable('upload code', UPLOAD_CODES);

/** The codes of extractions that have no text. */
export const textCodeTable = (): string => codeTable('text code', TEXT_CODES);
