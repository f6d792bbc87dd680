import * as z from 'zod/mini';
import { MediaError } from '../../domain/errors.ts';
import { parse } from '../../http/validation.ts';
import type { AnnouncedFile } from '../../uploads/uppy/open-session.ts';
import { fileName, mimeType, sha256, texts } from '../common/fields.ts';
import { formObject, tagNames } from '../common/form-metadata.ts';

const size = z.pipe(z.string().check(z.regex(/^\d{1,15}$/, 'Expected a whole number of bytes')), z.transform(Number));

/** The fields that are read from a file's metadata; pages and Uppy add others, which are ignored. */
const FormMetadata = z.strictObject({
  ...texts,
  sha256: z.optional(sha256),
  size: z.optional(size),
  partSize: z.optional(size),
  tags: tagNames,
});

const Names = z.object({ filename: fileName, type: mimeType });

/** Metadata by name, as far as it is text or a list of such. */
type Metadata = ReadonlyMap<string, unknown>;

/** Version 6 writes `String(null)` into a query, and version 5 into everything. */
const saysNothing = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || value === 'null' || value === 'undefined';

const textOf = (name: string, value: unknown): string => {
  if (typeof value !== 'object') return String(value);
  const fields = [{ code: 'invalid_type', path: [name], message: 'Expected text, or a list of texts' }];
  throw new MediaError('VALIDATION', 'Invalid metadata', { fields });
};

/** A value as a form would have it: a list stays one. */
const formValues = (name: string, value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).map((each) => textOf(name, each));

const fileOf = (names: z.output<typeof Names>, metadata: Metadata): AnnouncedFile => {
  const known = [...metadata].filter(([name, value]) => Object.hasOwn(FormMetadata.shape, name) && !saysNothing(value));
  const fields = new Map(known.map(([name, value]) => [name, formValues(name, value)]));
  const { tags = [], ...said } = parse(FormMetadata, formObject(fields), 'Invalid metadata');
  return { ...said, filename: names.filename, mimeType: names.type, tagNames: tags };
};

const IN_QUERY = /^metadata\[([^\]]+)\]$/;

/** `?filename=...&type=...&metadata[title]=...` */
export const FileInQuery = z.looseObject(Names.shape);

/** The file that a query announces. */
export const fileInQuery = (query: z.output<typeof FileInQuery>): AnnouncedFile => {
  const metadata = new Map<string, unknown>();
  for (const [name, value] of Object.entries(query)) {
    const inner = IN_QUERY.exec(name)?.[1];
    if (inner !== undefined) metadata.set(inner, value);
  }
  return fileOf(query, metadata);
};

/** `{filename,type,metadata}` */
export const FileInBody = z.extend(Names, {
  metadata: z.optional(z.nullable(z.record(z.string(), z.unknown()))),
});

/** The file that a body announces. */
export const fileInBody = ({ metadata, ...names }: z.output<typeof FileInBody>): AnnouncedFile =>
  fileOf(names, new Map(Object.entries(metadata ?? {})));
