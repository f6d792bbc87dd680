import * as z from 'zod';
import { REFUSALS, REQUESTS } from '../functions/realtime/protocol.ts';
import { EXAMPLES } from './realtime-examples.ts';

interface Field {
  readonly type?: string;
  readonly anyOf?: readonly Field[];
  readonly items?: Field;
}

const typeOf = ({ type, anyOf, items }: Field): string => {
  if (anyOf) return anyOf.map(typeOf).join(' or ');
  if (type === 'array') return `list of ${items ? typeOf(items) : 'anything'}`;
  return type ?? 'any JSON';
};

/** The fields of a message beside `action` and `id`, as its schema has them. */
const fieldsOf = (schema: z.core.$ZodType): string => {
  const { properties = {}, required = [] } = z.toJSONSchema(schema) as {
    properties?: Readonly<Record<string, Field>>;
    required?: readonly string[];
  };
  const fields = Object.entries(properties)
    .filter(([name]) => name !== 'action' && name !== 'id')
    .map(([name, field]) => {
      const type = name === 'data' ? 'any JSON' : typeOf(field);
      return `\`${name}\`${required.includes(name) ? '' : '?'} ${type}`;
    });
  return fields.join(', ') || '-';
};

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** The messages of clients, from their schemas. */
export const actionTable = (): string =>
  [
    row('action', 'fields', 'example'),
    '|---|---|---|',
    ...Object.entries(REQUESTS).map(([action, schema]) =>
      row(`\`${action}\``, fieldsOf(schema), `\`${JSON.stringify(EXAMPLES[action as keyof typeof EXAMPLES])}\``),
    ),
  ].join('\n');

/** The codes of refusals. */
export const refusalTable = (): string =>
  [
    row('code', 'refuses'),
    '|---|---|',
    ...Object.entries(REFUSALS).map(([code, meaning]) => row(`\`${code}\``, meaning)),
  ].join('\n');
