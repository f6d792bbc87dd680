import type { BusboyInstance } from '@fastify/busboy';

const PARAMETER = /;\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)/g;

/**
 * A Content-Disposition that says the name of a file once. `filename*` is the name (RFC 6266, section 4.3) and `filename`
 * beside it a substitute for old clients, whichever comes first.
 */
export const withOneName = (disposition: string): string => {
  const names = [...disposition.matchAll(PARAMETER)].map(([, name = '']) => name.toLowerCase());
  if (!names.includes('filename*')) return disposition;
  return disposition.replaceAll(PARAMETER, (whole, name: string) => (name.toLowerCase() === 'filename' ? '' : whole));
};

/** A name without the folders before it: what some clients send is a path of their disk, or one that leads out of a folder. */
export const lastSegment = (name: string): string =>
  name.slice(1 + Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')));

type Headers = Record<string, string[] | undefined>;
interface Emitter<Value> {
  prependListener(event: string, listener: (value: Value) => void): unknown;
}

/**
 * Has a form parser see one name of each file. The parser reads `filename` and stops there when it stands in quotes, and
 * takes the last of two names otherwise; its header events come before it does either.
 */
export const readOneName = (form: BusboyInstance): void => {
  const { parser } = (form as unknown as { _parser: { parser: Emitter<Emitter<Headers>> } })._parser;
  parser.prependListener('part', (part) =>
    part.prependListener('header', (headers) => {
      const [disposition] = headers['content-disposition'] ?? [];
      if (disposition !== undefined) headers['content-disposition'] = [withOneName(disposition)];
    }),
  );
};
