/**
 * The main part of a package and its type: the Open Packaging Conventions (ECMA-376, part 2). Word, Excel and PowerPoint only
 * look at this, so the location and name of a part mean nothing.
 */
import { Parser } from 'htmlparser2';
import { ZipError } from './zip.ts';

export const TYPES_PART = '[Content_Types].xml';
export const RELATIONS_PART = '_rels/.rels';

/** Names are percent-encoded where they are addresses, and in some archives. */
const decoded = (name: string): string => {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
};

/** A part's name as parts are compared: without the first slash, case and the slashes of Windows (6.3.3). */
export const partName = (name: string): string => decoded(name).replaceAll('\\', '/').replace(/^\/+/, '').toLowerCase();

type Attributes = Readonly<Record<string, string>>;

/** Names of elements and attributes have any prefix. */
const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/** Types and relations are lists within one element. The parser looks through all that is open for each tag. */
const MAX_DEPTH = 16;
/** An entry for each part of the largest package that is accepted, several times over. */
const MAX_ELEMENTS = 50_000;
const ATTRIBUTES_EACH = 4;

const endless = (): ZipError => new ZipError('limit', 'a list of parts without end');

/**
 * Hands every element of an XML text to `open`, by its local name; throws `ZipError` beyond `most`. Declarations and entities of
 * the document are not followed.
 */
export const eachElement = (
  xml: string,
  open: (name: string, attributes: Attributes) => void,
  most = MAX_ELEMENTS,
): void => {
  let depth = 0;
  let elements = 0;
  let attributes = 0;
  const parser = new Parser(
    {
      onopentag: (name, found) => {
        depth += 1;
        elements += 1;
        if (depth > MAX_DEPTH || elements > most) throw endless();
        open(local(name), found);
      },
      onclosetag: () => {
        depth -= 1;
      },
      onattribute: () => {
        attributes += 1;
        if (attributes > most * ATTRIBUTES_EACH) throw endless();
      },
    },
    { xmlMode: true },
  );
  parser.end(xml.replace(/^\ufeff/, ''));
};

/** The content types of a package. */
export interface ContentTypes {
  /** Of a part, by its own entry or else by that of its ending (10.1.2.4); undefined for a part without one. */
  of(part: string): string | undefined;
  readonly all: readonly string[];
}

/** Reads `[Content_Types].xml`. */
export const readContentTypes = (xml: string): ContentTypes => {
  const parts = new Map<string, string>();
  const endings = new Map<string, string>();
  eachElement(xml, (name, { ContentType, PartName, Extension }) => {
    if (ContentType === undefined) return;
    if (name === 'Override' && PartName !== undefined) parts.set(partName(PartName), ContentType);
    if (name === 'Default' && Extension !== undefined) endings.set(Extension.toLowerCase(), ContentType);
  });
  return {
    of: (part) => parts.get(partName(part)) ?? endings.get(/\.([^./]+)$/.exec(partName(part))?.[1] ?? ''),
    all: [...parts.values(), ...endings.values()],
  };
};

/** The relation that leads to the main part, in the transitional and the strict form of the standard. */
const MAIN =
  /^https?:\/\/(schemas\.openxmlformats\.org\/officeDocument\/2006|purl\.oclc\.org\/ooxml\/officeDocument)\/relationships\/officeDocument$/;

/** The name of the main part in `_rels/.rels`, as `partName` has it; undefined if there is none. */
export const mainPartIn = (relations: string): string | undefined => {
  let main: string | undefined;
  eachElement(relations, (name, { Type = '', Target = '', TargetMode }) => {
    if (main !== undefined || name !== 'Relationship' || TargetMode === 'External' || !MAIN.test(Type)) return;
    const address = URL.parse(Target.replaceAll('\\', '/'), 'part:///');
    if (address) main = partName(address.pathname);
  });
  return main;
};
