import { routes } from '../../../functions/dialects/route-table.ts';
import type { DialectName } from '../../../functions/http/dialect.ts';

/** Calls that no client of any reference makes, one after the other, for every route to which they apply. */
export interface OddCall {
  readonly dialect: DialectName;
  readonly method: string;
  /** With `{id}` for the id of a record. */
  readonly path: string;
  readonly body?: string;
  readonly type?: string;
}
type Named = readonly [name: string, call: OddCall];

const FORM = 'multipart/form-data; boundary=edge';
const part = (head: string, body: string): string =>
  `--edge\r\nContent-Disposition: form-data; ${head}\r\n\r\n${body}\r\n`;
const END = '--edge--\r\n';

/** Forms by their fault; each gets the name of the field for files. */
const FORMS: Readonly<Record<string, (field: string) => { type: string; body: string }>> = {
  'without a body': () => ({ type: FORM, body: '' }),
  'that is JSON': () => ({ type: 'application/json', body: '{"file":"a"}' }),
  'without a boundary': (field) => ({
    type: 'multipart/form-data',
    body: part(`name="${field}"; filename="a.txt"`, 'a') + END,
  }),
  'with another boundary than its own': (field) => ({
    type: 'multipart/form-data; boundary=other',
    body: part(`name="${field}"; filename="a.txt"`, 'a') + END,
  }),
  'that breaks off': (field) => ({ type: FORM, body: part(`name="${field}"; filename="a.txt"`, 'a') }),
  'whose headers do not end': (field) => ({
    type: FORM,
    body: `--edge\r\nContent-Disposition: form-data; name="${field}"; filename="a.txt"`,
  }),
  'without parts': () => ({ type: FORM, body: END }),
  'without a file': () => ({ type: FORM, body: part('name="description"', 'words') + END }),
  'with its file elsewhere': () => ({ type: FORM, body: part('name="document"; filename="a.txt"', 'a') + END }),
  'with text for a file': (field) => ({ type: FORM, body: part(`name="${field}"`, 'a') + END }),
  'with nothing picked': (field) => ({ type: FORM, body: part(`name="${field}"; filename=""`, '') + END }),
  'with an empty file': (field) => ({ type: FORM, body: part(`name="${field}"; filename="a.txt"`, '') + END }),
  'with a name that turns': (field) => ({
    type: FORM,
    body: part(`name="${field}"; filename="a\u202eb.txt"`, 'a') + END,
  }),
  ...Object.fromEntries(
    ['__proto__', 'constructor', 'teamId', '$ne', ''].map((name) => [
      `with a field named ${JSON.stringify(name)}`,
      (field: string) => ({
        type: FORM,
        body: part(`name="${field}"; filename="a.txt"`, 'a') + part(`name="${name}"`, '1') + END,
      }),
    ]),
  ),
};

export const oddForms: readonly Named[] = routes
  .filter(({ operation, dialect }) => operation === 'upload-media' && dialect !== 'admin')
  .flatMap(({ dialect, method, path }) =>
    Object.entries(FORMS).map(
      ([name, form]): Named => [
        `${method} ${path} with a form ${name}`,
        { dialect, method, path, ...form(dialect === 'v1' ? 'files' : 'file') },
      ],
    ),
  );

const NUMBERS = ['-1', 'NaN', '1e9', '1.5', '', '0x10', '٣', '9'.repeat(30), '1&PARAMETER=2'];
const COUNTED: Readonly<Record<string, readonly string[]>> = {
  '/api/media': ['page', 'page_size'],
  '/v1/media/files': ['limit', 'offset'],
  '/media': ['limit', 'offset'],
  '/base/api/media': ['page', 'limit'],
};
const CHOSEN: Readonly<Record<string, readonly string[]>> = {
  '/api/media': ['type=document', 'type=__proto__', `search=${'a'.repeat(10_000)}`, 'page=0', 'page_size=101'],
  '/v1/media/files': ['sort=id', 'sort=--size', 'sort=constructor', 'limit=0', 'limit=101'],
  '/media': ['order=added', 'order=__proto__', `search=${'a'.repeat(10_000)}`, 'limit=0'],
  '/base/api/media': [`search=${'a'.repeat(10_000)}`, 'page=0', 'limit=0', 'limit=101'],
};

export const oddQueries: readonly Named[] = routes
  .filter(({ path, method }) => method === 'GET' && Object.hasOwn(COUNTED, path))
  .flatMap(({ dialect, method, path }) => {
    const counted = (COUNTED[path] ?? []).flatMap((name) =>
      NUMBERS.map((value) => `${name}=${value.replace('PARAMETER', name)}`),
    );
    return [...counted, ...(CHOSEN[path] ?? []), '__proto__=1', '%24ne=1', 'cursor=x'].map(
      (query): Named => [
        `${method} ${path}?${query.length > 60 ? `${query.slice(0, 60)}...` : query}`,
        { dialect, method, path: `${path}?${query}` },
      ],
    );
  });

const BODIES = ['{', 'null', '[]', '"text"', '7', '{"teamId":"x"}', '{"__proto__":{"name":"x"}}'];
/** Each of these is a field of some route, with an invalid value. */
const WRONG = [
  'name',
  'tags',
  'image',
  'title',
  'description',
  'visibility',
  'file_ids',
  'format',
  'language',
  'analyses',
];

export const oddBodies: readonly Named[] = routes
  .filter(({ dialect, body }) => dialect !== 'v1' && body !== undefined)
  .flatMap(({ dialect, method, path }) =>
    [...BODIES, ...WRONG.map((field) => JSON.stringify({ [field]: { $ne: 1 } }))].map(
      (body): Named => [
        `${method} ${path} with the body ${body}`,
        { dialect, method, path, body, type: 'application/json' },
      ],
    ),
  );
