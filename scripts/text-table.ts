import { ITEM_TEXTS } from '../functions/dialects/base/item-texts.ts';
import { FILE_TEXTS } from '../functions/dialects/files/file-texts.ts';
import { RECORD_TEXTS, TEXT_NAMES } from '../functions/domain/record-fields.ts';

/** The table of `docs/apis.md`: each text of a record, its bound, how search finds it and which APIs have it. */
export const textTable = (): string => {
  const mark = (names: readonly string[], name: string): string => (names.includes(name) ? 'yes' : '');
  const rows = TEXT_NAMES.map((name) => {
    const { meaning, longest, found, filledFrom } = RECORD_TEXTS[name];
    const cells = [`\`${name}\``, meaning, longest, found, filledFrom ? 'yes' : '', 'yes'];
    return `| ${[...cells, mark(FILE_TEXTS, name), mark(ITEM_TEXTS, name)].join(' | ')} |`;
  });
  return [
    '| text | says | characters | found by search | filled from a file | v1, Uppy | files | base |',
    '|---|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
};
