import { hasMark, TELLING_BYTES, unicodeEncodingOf } from '../formats/text-encoding.ts';

/** Beginnings that a browser or a shell would interpret as more than text (after the sniffing rules of WHATWG). */
const ACTIVE = /^\s*(<[!?/a-z]|#!|%PDF-|%!PS|\{\\rtf)/i;
/**
 * Control characters that text does not have. Allowed are the blanks (databases export a line within a field as a vertical
 * tab), escape, and Ctrl-Z, by which DOS ends a file.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\x00-\x08\x0e-\x19\x1c-\x1f\x7f]/;

/** The streaming check of a text; its memory is one chunk, for any file size. */
export interface TextCheck {
  push(chunk: Buffer): void;
  /** The result at the end of the file: whether it was text, in UTF-8, UTF-16 or a code page. */
  end(): boolean;
}

/**
 * Any bytes are text in some code page, and refused characters are below 0x80 in UTF-8 and code pages alike: so bytes are
 * checked directly, except for UTF-16, which the beginning shows. A character that is cut by the end is no fault of the file,
 * unless only its units show UTF-16.
 */
export const openText = (): TextCheck => {
  let start: Buffer | undefined = Buffer.alloc(0);
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let isText = true;
  let isMarked = false;
  const look = (chunk: Buffer): void => {
    try {
      if (isText) isText = !CONTROL.test(decoder?.decode(chunk, { stream: true }) ?? chunk.toString('latin1'));
    } catch {
      isText = false;
    }
  };
  const begin = (bytes: Buffer): void => {
    const encoding = unicodeEncodingOf(bytes);
    if (encoding !== 'utf-8') decoder = new TextDecoder(encoding, { fatal: true });
    isMarked = hasMark(bytes);
    start = undefined;
    look(bytes);
  };
  return {
    push: (chunk) => {
      if (!start) return look(chunk);
      start = Buffer.concat([start, chunk]);
      if (start.length >= TELLING_BYTES) begin(start);
    },
    end: () => {
      if (start) begin(start);
      if (!isMarked) isText &&= isWhole(decoder);
      return isText;
    },
  };
};

const isWhole = (decoder: InstanceType<typeof TextDecoder> | undefined): boolean => {
  try {
    decoder?.decode();
    return true;
  } catch {
    return false;
  }
};

const read = (bytes: Buffer): string => {
  try {
    return new TextDecoder(unicodeEncodingOf(bytes), { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return bytes.toString('latin1');
  }
};

/** The beginning of a text, and whether it is all of it. */
export interface TextHead {
  readonly bytes: Buffer;
  readonly whole: boolean;
}

/** Longer than any forbidden beginning. */
const TELLING = 32;

/** Blanks, a mark, and the end of file of DOS, which some readers pass over. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
const BLANKS = /^[\ufeff\s\x1a]+/;

/** The text after blanks, and undefined when the beginning is too short to decide. */
const behindBlanks = (text: string, whole: boolean): string | undefined => {
  const rest = text.replace(BLANKS, '');
  return rest.length < TELLING && !whole ? undefined : rest;
};

/** Whether a text starts like markup, a script or a document, or so late that this is unknown. */
export const isActiveText = ({ bytes, whole }: TextHead): boolean => {
  const text = behindBlanks(read(bytes), whole);
  return text === undefined || ACTIVE.test(text);
};

const without = (text: string, start: string, end: string): string => {
  let rest = text.trimStart();
  while (rest.startsWith(start)) {
    const at = rest.indexOf(end);
    rest = at === -1 ? '' : rest.slice(at + end.length).trimStart();
  }
  return rest;
};

/**
 * Whether a text starts like a web page: its declaration or first element, perhaps after comments. Undefined when those are
 * longer than the beginning.
 */
export const isHtml = ({ bytes, whole }: TextHead): boolean | undefined => {
  const text = behindBlanks(without(without(read(bytes).replace(/^\ufeff/, ''), '<?xml', '>'), '<!--', '-->'), whole);
  return text === undefined ? undefined : /^<(?:!doctype\s+html|html|head|body|script)\b/i.test(text);
};
