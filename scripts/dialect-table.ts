import { routes } from '../functions/dialects/route-table.ts';
import { LIBRARY_DIALECTS } from '../functions/http/dialect.ts';
import { operations } from '../lib/operations.ts';

type Route = (typeof routes)[number];

const entryOf = (operation: string): string =>
  `functions/${operations[operation as keyof typeof operations]}/${operation}.lambda.ts`;

/** An operation's routes in one dialect. */
const cell = (own: readonly Route[]): string => own.map(({ method, path }) => `\`${method} ${path}\``).join('<br>');

/** The table of `docs/apis.md`: the operations of each API, first those that several of them have. */
export const dialectTable = (): string => {
  const ofLibrary = (routes as readonly Route[]).filter(({ dialect }) => dialect !== 'uppy');
  const byOperation = [...Map.groupBy(ofLibrary, ({ operation }) => operation)];
  const spread = (own: readonly Route[]): number => new Set(own.map(({ dialect }) => dialect)).size;
  const rows = byOperation
    .toSorted(([, one], [, other]) => Number(spread(other) > 1) - Number(spread(one) > 1))
    .map(([operation, own]) => {
      const cells = LIBRARY_DIALECTS.map((dialect) => cell(own.filter((route) => route.dialect === dialect)));
      return `| [${operation}](../${entryOf(operation)}) | ${cells.join(' | ')} |`;
    });
  const head = `| operation | ${LIBRARY_DIALECTS.join(' | ')} |`;
  return [head, `|${'---|'.repeat(LIBRARY_DIALECTS.length + 1)}`, ...rows].join('\n');
};
