import type { BusboyInstance } from '@fastify/busboy';

const PARAMETER = /;\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)/g;

/**
 * A Content-Disposition with one name of the file. `filename*` is the name (RFC 6266, section 4.3) and `filename` a substitute
 * for old clients, in any order.
 */
export const withOneName = (disposition: string): string => {
  const names = [...disposition.matchAll(PARAMETER)].map(([, name = '']) => name.toLowerCase());
  if (!names.includes('filename*')) return disposition;
  return disposition.replaceAll(PARAMETER, (whole, name: string) => (name.toLowerCase() === 'filename' ? '' : whole));
};

/** A name without folders: some clients send a path of their disk, or one that leads out of a folder. */
export const lastSegment = (name: string): string =>
  name.slice(1 + Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')));

type Headers = Record<string, string[] | undefined>;
interface Emitter<Value> {
  prependListener(event: string, listener: (value: Value) => void): unknown;
}

/**
 * Gives a form parser one name of each file. The parser uses a quoted `filename` and ignores the rest, and otherwise the last
 * of two names; its header events come before both.
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
