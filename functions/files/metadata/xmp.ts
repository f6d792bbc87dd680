import { DOMParser, type Document, type Element, onErrorStopParsing } from '@xmldom/xmldom';
import { type EmbeddedTexts, NO_TEXTS } from '../../domain/file-metadata.ts';
import { keywordsOf, lineOf, textOf } from './embedded-text.ts';

const DC = 'http://purl.org/dc/elements/1.1/';
const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';
const PHOTOSHOP = 'http://ns.adobe.com/photoshop/1.0/';
const IPTC = 'http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/';

/** Bytes; the histories that editors write into XMP are long, texts of people are not. */
const LONGEST_PACKET = 512 * 1024;
const PACKET = /<(?:x:xmpmeta|rdf:RDF)[\s>]/;

/**
 * The texts of an XMP packet; none when it is no XML. Only the five entities of XML itself are expanded, so the text cannot
 * grow.
 */
export const readXmp = (packet: Buffer): EmbeddedTexts => {
  const xml = packet.subarray(0, LONGEST_PACKET).toString('utf8');
  const start = xml.search(PACKET);
  if (start < 0) return NO_TEXTS;
  try {
    const document = new DOMParser({ onError: onErrorStopParsing }).parseFromString(unwrapped(xml, start), 'text/xml');
    return {
      title: lineOf(first(document, DC, 'title') ?? property(document, PHOTOSHOP, 'Headline')),
      caption: textOf(first(document, DC, 'description')),
      alt: textOf(first(document, IPTC, 'AltTextAccessibility')),
      keywords: keywordsOf(items(document, DC, 'subject')),
      author: lineOf(first(document, DC, 'creator')),
      copyright: lineOf(first(document, DC, 'rights')),
    };
  } catch {
    return NO_TEXTS;
  }
};

/** The XML without the packet's wrapping: processing instructions before, and room for edits after. */
const unwrapped = (xml: string, start: number): string => {
  const end = xml.lastIndexOf('<?xpacket');
  return xml.slice(start, end > start ? end : undefined).trim();
};

const elements = (document: Document, namespace: string, name: string): readonly Element[] =>
  Array.from(document.getElementsByTagNameNS(namespace, name));

/** The entries of a list, in any of the three kinds of RDF; of a text in several languages, the default one first. */
const items = (document: Document, namespace: string, name: string): readonly string[] => {
  const [list] = elements(document, namespace, name);
  const entries = list ? Array.from(list.getElementsByTagNameNS(RDF, 'li')) : [];
  const isDefault = (entry: Element): boolean => entry.getAttribute('xml:lang') === 'x-default';
  return [...entries.filter(isDefault), ...entries.filter((entry) => !isDefault(entry))].map(
    ({ textContent }) => textContent ?? '',
  );
};

const first = (document: Document, namespace: string, name: string): string | undefined =>
  items(document, namespace, name)[0];

/** A property that has no list: an element of its own, or an attribute of its description. */
const property = (document: Document, namespace: string, name: string): string | null => {
  const [element] = elements(document, namespace, name);
  if (element) return element.textContent;
  const holder = elements(document, RDF, 'Description').find((each) => each.hasAttributeNS(namespace, name));
  return holder?.getAttributeNS(namespace, name) ?? null;
};
