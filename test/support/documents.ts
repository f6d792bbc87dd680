import { zip as archive } from './zip.ts';

/** An archive of these parts, packed as Office programs do. */
export const zip = (parts: Readonly<Record<string, string | Buffer>>): Buffer =>
  archive(Object.entries(parts).map(([name, data]) => ({ name, data, deflate: true })));

const xml = (body: string): string => `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${body}`;
const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';
const types = (part: string, type: string): Record<string, string> => ({
  '[Content_Types].xml': xml(
    `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/${part}" ContentType="application/vnd.openxmlformats-officedocument.${type}.main+xml"/></Types>`,
  ),
  '_rels/.rels': xml(
    `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="${part}"/></Relationships>`,
  ),
});
const relations = (targets: Readonly<Record<string, string>>): string =>
  xml(
    `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${Object.entries(targets)
      .map(([id, target]) => `<Relationship Id="${id}" Type="http://example.com/part" Target="${target}"/>`)
      .join('')}</Relationships>`,
  );

export const paragraph = (text: string): string => `<w:p><w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;

/** A Word document with this body, in WordprocessingML. */
export const docx = (body: string, more: Readonly<Record<string, string>> = {}): Buffer =>
  zip({
    ...types('word/document.xml', 'wordprocessingml.document'),
    'word/document.xml': xml(`<w:document ${W}><w:body>${body}</w:body></w:document>`),
    ...more,
  });

export interface Sheet {
  readonly name: string;
  /** Rows in SpreadsheetML. */
  readonly rows: string;
}

/** A workbook; styles 0 and 1 are a number and a date. */
export const xlsx = (sheets: readonly Sheet[], strings: readonly string[] = []): Buffer =>
  zip({
    ...types('xl/workbook.xml', 'spreadsheetml.sheet'),
    'xl/workbook.xml': xml(
      `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" ${R}><sheets>${sheets
        .map(({ name }, index) => `<sheet name="${name}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`)
        .join('')}</sheets></workbook>`,
    ),
    'xl/_rels/workbook.xml.rels': relations(
      Object.fromEntries(sheets.map((_, index) => [`rId${index + 1}`, `worksheets/sheet${index + 1}.xml`])),
    ),
    'xl/sharedStrings.xml': xml(`<sst>${strings.map((text) => `<si><t>${text}</t></si>`).join('')}</sst>`),
    'xl/styles.xml': xml(
      '<styleSheet><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>',
    ),
    ...Object.fromEntries(
      sheets.map(({ rows }, index) => [
        `xl/worksheets/sheet${index + 1}.xml`,
        xml(`<worksheet><sheetData>${rows}</sheetData></worksheet>`),
      ]),
    ),
  });

/** A presentation whose slides hold these shapes, in DrawingML, shown in this order. */
export const pptx = (slides: readonly string[]): Buffer =>
  zip({
    ...types('ppt/presentation.xml', 'presentationml.presentation'),
    'ppt/presentation.xml': xml(
      `<p:presentation xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" ${R}><p:sldIdLst>${slides
        .map((_, index) => `<p:sldId id="${256 + index}" r:id="rId${index + 1}"/>`)
        .join('')}</p:sldIdLst></p:presentation>`,
    ),
    // Stored the other way round than shown.
    'ppt/_rels/presentation.xml.rels': relations(
      Object.fromEntries(slides.map((_, index) => [`rId${index + 1}`, `slides/slide${slides.length - index}.xml`])),
    ),
    ...Object.fromEntries(
      slides.map((shapes, index) => [
        `ppt/slides/slide${slides.length - index}.xml`,
        xml(
          `<p:sld xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><p:cSld>${shapes}</p:cSld></p:sld>`,
        ),
      ]),
    ),
  });

/** An OpenDocument file of the kind `text`, `spreadsheet` or `presentation`. */
export const openDocument = (kind: 'text' | 'spreadsheet' | 'presentation', body: string): Buffer =>
  zip({
    mimetype: `application/vnd.oasis.opendocument.${kind}`,
    'content.xml': xml(
      `<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"><office:body><office:${kind}>${body}</office:${kind}></office:body></office:document-content>`,
    ),
    'META-INF/manifest.xml': xml('<manifest:manifest/>'),
  });
