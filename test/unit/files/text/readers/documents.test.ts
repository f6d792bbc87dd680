import { describe, expect, it } from '@jest/globals';
import type { PageRange } from '../../../../../functions/domain/text.ts';
import { readDocument } from '../../../../../functions/files/text/readers/read-document.ts';
import { TEXT_LIMITS } from '../../../../../functions/files/text/readers/text-limits.ts';
import { docx, openDocument, paragraph, pptx, xlsx, zip } from '../../../../support/fixtures/documents.ts';

const OFFICE = 'application/vnd.openxmlformats-officedocument';
const DOCX = `${OFFICE}.wordprocessingml.document`;
const XLSX = `${OFFICE}.spreadsheetml.sheet`;
const PPTX = `${OFFICE}.presentationml.presentation`;
const ODF = 'application/vnd.oasis.opendocument';

const read = (bytes: Buffer, type: string, preserveFormatting = false, pages?: PageRange) =>
  readDocument(bytes, type, { preserveFormatting, pages });
const textsOf = async (...args: Parameters<typeof read>) => (await read(...args)).pages.map(({ text }) => text);

const cells = (...texts: readonly string[]): string =>
  `<w:tr>${texts.map((text) => `<w:tc>${paragraph(text)}</w:tc>`).join('')}</w:tr>`;
const shape = (...texts: readonly string[]): string =>
  `<p:sp><p:txBody>${texts.map((text) => `<a:p><a:r><a:t>${text}</a:t></a:r></a:p>`).join('')}</p:txBody></p:sp>`;
const odfCell = (text: string, more = ''): string =>
  `<table:table-cell ${more}><text:p>${text}</text:p></table:table-cell>`;

interface Fixture {
  readonly what: string;
  readonly type: string;
  readonly bytes: Buffer;
  readonly flowing: readonly string[];
  readonly formatted: readonly string[];
}

const FIXTURES: readonly Fixture[] = [
  {
    what: 'a Word document with a table, a page break and a tab',
    type: DOCX,
    bytes: docx(
      `${paragraph('Harbour  report')}<w:tbl>${cells('Dock', 'Ships')}${cells('North quay', '12')}</w:tbl><w:p><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t></w:r></w:p><w:p><w:r><w:br w:type="page"/></w:r></w:p>${paragraph('Größe &amp; Länge')}`,
    ),
    flowing: ['Harbour report\nDock Ships\nNorth quay 12\na b', 'Größe & Länge'],
    formatted: ['Harbour  report\nDock        Ships\nNorth quay  12\na\tb', 'Größe & Länge'],
  },
  {
    what: 'a Word document without what was deleted, fields and the copies of drawings, with its footnotes',
    type: DOCX,
    bytes: docx(
      '<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>kept</w:t></w:r><mc:AlternateContent><mc:Choice><w:r><w:t> box</w:t></w:r></mc:Choice><mc:Fallback><w:r><w:t> box</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>',
      { 'word/footnotes.xml': `<w:footnotes>${paragraph('a note')}</w:footnotes>` },
    ),
    flowing: ['kept box\na note'],
    formatted: ['kept box\na note'],
  },
  {
    what: 'a workbook of two sheets with shared strings, numbers, a date and a gap',
    type: XLSX,
    bytes: xlsx(
      [
        {
          name: 'Costs',
          rows: '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row><row r="2"><c r="A2" s="1"><v>45000</v></c><c r="B2"><v>12.5</v></c><c r="C2" t="b"><v>1</v></c></row>',
        },
        { name: 'Empty', rows: '' },
        { name: 'More', rows: '<row r="1"><c r="A1" t="inlineStr"><is><t>inline</t></is></c></row>' },
      ],
      ['Day', 'Paid'],
    ),
    flowing: ['Day Paid\n2023-03-15 12.5 TRUE', '', 'inline'],
    formatted: ['Day               Paid\n2023-03-15  12.5  TRUE', '', 'inline'],
  },
  {
    what: 'a presentation, its slides in the order in which they are shown',
    type: PPTX,
    bytes: pptx([shape('First slide', 'point'), shape('Second slide'), '']),
    flowing: ['First slide\npoint', 'Second slide', ''],
    formatted: ['First slide\npoint', 'Second slide', ''],
  },
  {
    what: 'a text of OpenDocument with spaces, a tab, a remark and a table',
    type: `${ODF}.text`,
    bytes: openDocument(
      'text',
      `<text:h>Title</text:h><text:p>a<text:s text:c="3"/>b<text:tab/>c<office:annotation><text:p>remark</text:p></office:annotation></text:p><table:table><table:table-row>${odfCell('x')}${odfCell('yy')}</table:table-row></table:table>`,
    ),
    flowing: ['Title\na b c\nx yy'],
    formatted: ['Title\na   b\tc\nx  yy'],
  },
  {
    what: 'a sheet of OpenDocument with repeated cells and the million empty rows at its end',
    type: `${ODF}.spreadsheet`,
    bytes: openDocument(
      'spreadsheet',
      `<table:table table:name="One"><table:table-row>${odfCell('k', 'table:number-columns-repeated="2"')}${odfCell('l')}</table:table-row><table:table-row table:number-rows-repeated="1048575"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table><table:table table:name="Two"/>`,
    ),
    flowing: ['k k l', ''],
    formatted: ['k  k  l', ''],
  },
  {
    what: 'slides of OpenDocument without the notes of the speaker',
    type: `${ODF}.presentation`,
    bytes: openDocument(
      'presentation',
      '<draw:page><draw:frame><draw:text-box><text:p>one</text:p></draw:text-box></draw:frame><presentation:notes><text:p>psst</text:p></presentation:notes></draw:page><draw:page><text:p>two</text:p></draw:page>',
    ),
    flowing: ['one', 'two'],
    formatted: ['one', 'two'],
  },
  {
    what: 'a page of HTML without its scripts',
    type: 'text/html',
    bytes: Buffer.from(
      '<!doctype html><title>T</title><style>p{}</style><script>alert("x")</script><p>one\n two &eacute;<br>three<table><tr><th>a<th>b<tr><td>cc<td>d</table><p>after',
    ),
    flowing: ['T\none two é three\na b\ncc d\nafter'],
    formatted: ['T\none two é\nthree\na   b\ncc  d\nafter'],
  },
  {
    what: 'values separated by semicolons, with quotes',
    type: 'text/csv',
    bytes: Buffer.from('Name;Town\r\n"Ann; ""the"" one";Köln\r\n;Ulm\n'),
    flowing: ['Name Town\nAnn; "the" one Köln\nUlm'],
    formatted: ['Name            Town\nAnn; "the" one  Köln\n                Ulm'],
  },
  {
    what: 'text in UTF-8 with lines and a form feed',
    type: 'text/plain',
    bytes: Buffer.from('A line\nthat goes  on.\n\nNext\fpage two'),
    flowing: ['A line that goes on.\nNext', 'page two'],
    formatted: ['A line\nthat goes  on.\n\nNext', 'page two'],
  },
  {
    what: 'text in UTF-16 with its mark',
    type: 'text/plain',
    bytes: Buffer.from('\ufeffgrün', 'utf16le'),
    flowing: ['grün'],
    formatted: ['grün'],
  },
  {
    what: 'text in UTF-16 of the other order',
    type: 'text/plain',
    bytes: Buffer.from('\ufeffgrün', 'utf16le').swap16(),
    flowing: ['grün'],
    formatted: ['grün'],
  },
  {
    what: 'text in Latin',
    type: 'text/plain',
    bytes: Buffer.from('gr\xfcn \x80', 'latin1'),
    flowing: ['grün €'],
    formatted: ['grün €'],
  },
];

describe('the text of a document', () => {
  it.each(FIXTURES)('is read from $what', async ({ bytes, type, flowing, formatted }) => {
    expect(await textsOf(bytes, type)).toEqual(flowing);
    expect(await textsOf(bytes, type, true)).toEqual(formatted);
  });

  it('names sheets and counts the pages that were not asked for', async () => {
    const book = xlsx(['A', 'B', 'C'].map((name) => ({ name, rows: `<row><c t="str"><v>in ${name}</v></c></row>` })));
    const { pages, pageCount } = await read(book, XLSX, false, { first: 2, last: 2 });
    expect(pages).toMatchObject([{ number: 2, name: 'B', text: 'in B', source: 'file', confidence: null }]);
    expect(pageCount).toBe(3);
  });

  it('follows what lies in the archive when the client named an old type', async () => {
    expect(await textsOf(docx(paragraph('new')), 'application/msword')).toEqual(['new']);
  });

  it('ends where an answer ends, and says so', async () => {
    const long = await read(Buffer.from('é'.repeat(TEXT_LIMITS.text)), 'text/plain');
    expect(long.truncated).toBe(true);
    expect(Buffer.byteLength(long.pages[0]?.text ?? '')).toBe(TEXT_LIMITS.text);
    const rows = '<row><c t="str"><v>abcdefghij</v></c></row>'.repeat(200_000);
    const book = await read(
      xlsx([
        { name: 'A', rows },
        { name: 'B', rows },
      ]),
      XLSX,
    );
    expect([book.truncated, book.pageCount]).toEqual([true, 2]);
  });
});

describe('a hostile document', () => {
  it('has no entity expanded and nothing fetched', async () => {
    const body = `<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]><w:document><w:body>${paragraph('&b; &x; &amp;')}</w:body></w:document>`;
    expect(await textsOf(zip({ 'word/document.xml': body }), DOCX)).toEqual(['&b; &x; &']);
  });

  it('is refused when it unpacks to more than is read', async () => {
    const bomb = zip({ 'word/document.xml': Buffer.alloc(TEXT_LIMITS.part + 1, ' ') });
    expect(bomb.length).toBeLessThan(100_000);
    await expect(read(bomb, DOCX)).rejects.toMatchObject({ code: 'TOO_LARGE' });
  });

  it('is refused when its elements are thousands deep', async () => {
    const deep = docx('<w:sdt>'.repeat(100_000));
    await expect(read(deep, DOCX)).rejects.toMatchObject({ code: 'DAMAGED' });
  });

  it.each([
    ['cut short', docx(paragraph('text')).subarray(0, 300), 'DAMAGED'],
    ['an archive of something else', zip({ 'a.txt': 'text' }), 'DAMAGED'],
    [
      'encrypted as OpenDocument',
      zip({ 'content.xml': 'x', 'META-INF/manifest.xml': '<m:encryption-data/>' }),
      'ENCRYPTED',
    ],
    [
      'encrypted as Office does',
      Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.from('EncryptedPackage', 'utf16le')]),
      'ENCRYPTED',
    ],
    ['of Office before 2007', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'TYPE_NOT_ALLOWED'],
  ])('is refused when it is %s', async (_, bytes, code) => {
    await expect(read(bytes, DOCX)).rejects.toMatchObject({ code });
  });

  it('repeats no row or cell as often as it says', async () => {
    const sheet = `<table:table table:name="S"><table:table-row table:number-rows-repeated="999999999">${odfCell('x', 'table:number-columns-repeated="999999999"')}</table:table-row></table:table>`;
    const { pages } = await read(openDocument('spreadsheet', sheet), `${ODF}.spreadsheet`);
    expect(pages[0]?.text.split('\n')).toHaveLength(100);
  });
});
