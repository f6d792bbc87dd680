import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { s3Error } from './errors.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Values of an XML answer: text, an element with children, or a repeated element; undefined leaves it out. */
export type XmlNode = string | number | boolean | undefined | XmlElement | readonly XmlNode[];
/** Children by name, in the order written. */
export interface XmlElement {
  readonly [name: string]: XmlNode;
}

function escapeText(text: string): string {
  return (
    text
      .replace(/[&<>"']/g, (char) => ESCAPES[char] ?? char)
      // Keys may contain control characters; as references they survive the parsers that accept XML 1.1.
      .replace(/\p{Cc}/gu, (char) => `&#x${char.charCodeAt(0).toString(16)};`)
  );
}

function render(name: string, node: XmlNode): string {
  if (node === undefined) return '';
  if (Array.isArray(node)) return node.map((item) => render(name, item)).join('');
  if (typeof node === 'object') return `<${name}>${children(node as XmlElement)}</${name}>`;
  return `<${name}>${escapeText(String(node))}</${name}>`;
}

const children = (element: XmlElement): string =>
  Object.entries(element)
    .map(([name, node]) => render(name, node))
    .join('');

/** A whole document with S3's namespace on its root. */
export function xmlDocument(root: string, content: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${NAMESPACE}">${children(content)}</${root}>`;
}

/** The error document, which S3 sends without a namespace. */
export function xmlError(content: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${render('Error', content)}`;
}

const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  parseTagValue: false,
  // A key may begin or end with a space.
  trimValues: false,
  // No document type, so no entity expansion bombs: only the five predefined entities and character references.
  processEntities: true,
  htmlEntities: false,
  removeNSPrefix: true,
});

/** The children of the expected root element, or MalformedXML. */
export function parseXml(text: string, root: string): Record<string, unknown> {
  if (text.includes('<!DOCTYPE') || XMLValidator.validate(text) !== true) throw s3Error('MalformedXML');
  let parsed: unknown;
  try {
    parsed = parser.parse(text);
  } catch {
    throw s3Error('MalformedXML');
  }
  const content = (parsed as Record<string, unknown>)[root];
  if (typeof content !== 'object' || content === null || Array.isArray(content)) throw s3Error('MalformedXML');
  return content as Record<string, unknown>;
}

/** The elements of one name as a list, whether there were none, one or many. */
export function elements(parent: Record<string, unknown>, name: string): Record<string, unknown>[] {
  const found = [parent[name] ?? []].flat();
  return found.map((item) => {
    if (typeof item !== 'object' || item === null) throw s3Error('MalformedXML');
    return item as Record<string, unknown>;
  });
}

/** The text of one child element, or undefined when it is missing. */
export function textOf(parent: Record<string, unknown>, name: string): string | undefined {
  const value = parent[name];
  return typeof value === 'string' ? value : undefined;
}
