import { type Handler, Parser } from 'htmlparser2';
import { damagedFile } from '../../../domain/text.ts';
import { TEXT_LIMITS } from './text-limits.ts';

export type Attributes = Readonly<Record<string, string>>;

/** The events of a document for a reader. Names come without their prefix, which every program chooses freely. */
export interface XmlReader {
  open?(name: string, attributes: Attributes): void;
  close?(name: string): void;
  text?(text: string): void;
  /** Called between chunks: true ends the reading early. */
  isDone?(): boolean;
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/** If both `id` and `r:id` exist, the one with the prefix is used: it names another part. */
const localAttributes = (attributes: Attributes): Attributes => {
  const names = Object.keys(attributes);
  if (!names.some((name) => name.includes(':'))) return attributes;
  const prefixedLast = [...names.filter((name) => !name.includes(':')), ...names.filter((name) => name.includes(':'))];
  return Object.fromEntries(prefixedLast.map((name) => [local(name), attributes[name] ?? '']));
};

/**
 * Reads XML or HTML in chunks. Declarations are ignored: an entity that a document defines stays the text `&name;`, so none is
 * expanded and none fetched.
 */
const parse = async (
  pieces: AsyncIterable<Uint8Array> | Iterable<string>,
  reader: XmlReader,
  xmlMode: boolean,
): Promise<void> => {
  let depth = 0;
  const handler: Partial<Handler> = {
    onopentag: (name, attributes) => {
      depth += 1;
      // A document is a few dozen deep; the parser looks through all that is open for each tag that closes.
      if (depth > TEXT_LIMITS.depth) throw damagedFile();
      reader.open?.(xmlMode ? local(name) : name, xmlMode ? localAttributes(attributes) : attributes);
    },
    onclosetag: (name) => {
      depth -= 1;
      reader.close?.(xmlMode ? local(name) : name);
    },
    ontext: (text) => reader.text?.(text),
  };
  const parser = new Parser(handler, { xmlMode, decodeEntities: true });
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  for await (const piece of pieces) {
    if (typeof piece === 'string') parser.write(piece);
    else {
      decoder ??= new TextDecoder(encodingOf(piece));
      parser.write(decoder.decode(piece, { stream: true }));
    }
    if (reader.isDone?.()) return;
  }
  parser.end(decoder?.decode());
};

/** XML is UTF-8 unless it begins with the mark of UTF-16. */
const encodingOf = (start: Uint8Array): string => {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  return start[0] === 0xfe && start[1] === 0xff ? 'utf-16be' : 'utf-8';
};

export const parseXml = (pieces: AsyncIterable<Uint8Array> | Iterable<string>, reader: XmlReader): Promise<void> =>
  parse(pieces, reader, true);

export const parseHtml = (text: string, reader: XmlReader): Promise<void> => parse([text], reader, false);
