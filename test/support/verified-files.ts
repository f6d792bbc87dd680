/** What verification makes of files that are no pictures: one table, which unit tests and journeys read. */

import { html, truncated } from './hostile-files.ts';
import * as make from './least-files.ts';
import { packagesOfImpostors, packagesOfOtherWriters, packagesWithoutEnd } from './office-writers.ts';
import { overlapping, zip } from './zip.ts';

/** A file, what it is announced as, and how it has to end. */
export interface VerifiedFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: () => Buffer;
  readonly becomes: 'active' | 'rejected' | 'failed';
  readonly code?: string;
  readonly warnings?: readonly string[];
}

const MIB = 2 ** 20;
const { DOCX, XLSX, PPTX, ODT, ODS, ODP } = make;
const vba = { name: 'word/vbaProject.bin', data: 'x' };
const relations = (mode: string, type = 'attachedTemplate') => ({
  name: 'word/_rels/settings.xml.rels',
  data: `<Relationships><Relationship Id="1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="https://example.com/t.dotm" TargetMode="${mode}"/></Relationships>`,
});
const matryoshka = (depth: number): Buffer =>
  depth === 0 ? Buffer.from('x') : zip([{ name: 'inner.zip', data: matryoshka(depth - 1) }]);

const sound = (name: string, type: string, bytes: () => Buffer, warnings: readonly string[] = []): VerifiedFile => ({
  name,
  type,
  bytes,
  becomes: 'active',
  warnings,
});
const refused =
  (becomes: 'rejected' | 'failed', code: string) =>
  (name: string, type: string, bytes: () => Buffer): VerifiedFile => ({ name, type, bytes, becomes, code });
const foreign = refused('rejected', 'CONTENT_MISMATCH');
const tooMuch = refused('rejected', 'ARCHIVE_LIMIT');
const locked = refused('rejected', 'ENCRYPTED');
const broken = refused('failed', 'DECODE_ERROR');

/** The least of every type that is accepted, by its media type. */
const SOUND: Readonly<Record<string, () => Buffer>> = {
  'application/pdf': () => make.onePage(),
  'application/msword': () => make.compound('WordDocument', '1Table'),
  'application/vnd.ms-excel': () => make.compound('Workbook'),
  'application/vnd.ms-powerpoint': () => make.compound('PowerPoint Document'),
  [DOCX]: () => make.office(DOCX),
  [XLSX]: () => make.office(XLSX),
  [PPTX]: () => make.office(PPTX),
  [ODT]: () => make.openDocument(ODT),
  [ODS]: () => make.openDocument(ODS),
  [ODP]: () => make.openDocument(ODP),
  'text/plain': () => Buffer.from('Grüße aus Köln\n'),
  'text/csv': () => Buffer.from('a;b\n1;2\n'),
  'text/markdown': () => Buffer.from('<p align="center">\n\n# Shelf\n'),
  'video/mp4': () => make.isoMedia('mp42'),
  'video/quicktime': () => make.isoMedia('qt  '),
  'video/webm': () => make.webm(),
  'audio/mpeg': () => make.mp3(),
  'audio/mp4': () => make.isoMedia('M4A '),
  'audio/wav': () => make.wave(),
  'audio/flac': () => make.flac(),
  'audio/ogg': () => make.ogg(),
  'audio/webm': () => make.webm(),
};

const id3 = (bytes: number): Buffer =>
  Buffer.concat([Buffer.from('ID3\x03\x00\x00\x00\x00\x00', 'latin1'), Buffer.from([bytes]), Buffer.alloc(bytes)]);

/** What writers leave before the first frame of an MP3. */
const MP3_LEADS: readonly (readonly [string, () => Buffer])[] = [
  ['a hole behind its tag', () => Buffer.concat([id3(100), Buffer.alloc(3000)])],
  ['zeros before its tag', () => Buffer.concat([Buffer.alloc(300), id3(100)])],
  ['zeros before its first frame', () => Buffer.alloc(2000)],
  ['zeros between two tags', () => Buffer.concat([id3(50), Buffer.alloc(500), id3(60), Buffer.alloc(7)])],
];

const CUT_IS_FAILED = Object.keys(SOUND).filter((type) => !type.startsWith('text/') && !type.endsWith('flac'));

export const VERIFIED_FILES: readonly VerifiedFile[] = [
  ...Object.entries(SOUND).map(([type, bytes]) => sound('the least of its type', type, bytes)),
  ...Object.keys(SOUND).map((type) => foreign('HTML', type, () => html)),
  ...CUT_IS_FAILED.map((type) => broken('cut to 60 of 100', type, () => truncated(SOUND[type]?.() ?? html, 0.6))),
  ...[DOCX, PPTX, ODT, 'application/msword'].map((type) => foreign('a workbook', type, () => make.office(XLSX))),
  ...['application/pdf', 'text/plain', 'audio/mpeg', 'video/mp4', ODT].map((type) =>
    foreign('a document of Word', type, () => make.office(DOCX)),
  ),

  sound('a package under the old name', 'application/msword', () => make.office(DOCX)),
  sound('a package under the old name', 'application/vnd.ms-excel', () => make.office(XLSX)),
  sound('a package under the old name', 'application/vnd.ms-powerpoint', () => make.office(PPTX)),
  sound('macros', DOCX, () => make.office(DOCX, [vba]), ['MACROS']),
  sound('macros of Excel 4', XLSX, () => make.office(XLSX, [{ name: 'xl/macrosheets/sheet1.xml', data: 'x' }]), [
    'MACROS',
  ]),
  sound('macros of old Word', 'application/msword', () => make.compound('WordDocument', 'Macros', 'VBA'), ['MACROS']),
  sound('macros of OpenDocument', ODT, () => make.openDocument(ODT, [{ name: 'Basic/script-lc.xml', data: 'x' }]), [
    'MACROS',
  ]),
  sound('a template from elsewhere', DOCX, () => make.office(DOCX, [relations('External')]), ['REMOTE_CONTENT']),
  sound('a link, which waits for a click', DOCX, () => make.office(DOCX, [relations('External', 'hyperlink')])),
  sound(
    'a workbook inside',
    DOCX,
    () => make.office(DOCX, [{ name: 'word/embeddings/a.xlsx', data: make.office(XLSX) }]),
    ['EMBEDDED_FILES'],
  ),
  foreign('the type of a document with macros', DOCX, () =>
    make.office(DOCX, [vba], 'application/vnd.ms-word.document.macroEnabled.main+xml'),
  ),
  ...packagesOfOtherWriters().map(([what, type, bytes]) => sound(what, type, bytes)),
  ...packagesWithoutEnd().map(([what, type, bytes]) => tooMuch(what, type, bytes)),
  ...packagesOfImpostors().map(([what, type, bytes]) => foreign(what, type, bytes)),
  foreign('a ZIP archive', DOCX, () => zip({ 'evil.exe': 'MZ' })),
  foreign('a main part that is not there', DOCX, () =>
    zip({
      '[Content_Types].xml': `<Types><Override PartName="/word/document.xml" ContentType="${DOCX}.main+xml"/></Types>`,
    }),
  ),
  ...[0, 0x41].map((filling) =>
    broken(`tables that lead into themselves, over ${filling}`, 'application/msword', () => {
      const file = Buffer.concat([make.compound('WordDocument').subarray(0, 512), Buffer.alloc(512, filling)]);
      file.writeUInt32LE(0, 68);
      file.writeUInt32LE(0xffffffff, 72);
      file.writeUInt32LE(0, 512 + 508);
      return file;
    }),
  ),
  ...['text/plain', 'text/csv'].map((type) =>
    foreign('a web page behind the end of a file of DOS', type, () => Buffer.concat([Buffer.from('\x1a\x1a\n'), html])),
  ),
  foreign('an installer', 'application/msword', () => make.compound('!_StringData')),
  locked('a password', DOCX, () => make.compound('EncryptedPackage', 'EncryptionInfo')),
  locked('a password', 'application/vnd.ms-excel', () => make.compound('EncryptedPackage', 'EncryptionInfo')),
  locked('a password', ODT, () => make.openDocument(ODT, [], '<manifest:encryption-data/>')),
  tooMuch('a part that unpacks to 64 MiB of zeros', DOCX, () =>
    make.office(DOCX, [{ name: 'word/media/a.bmp', data: Buffer.alloc(64 * MIB), deflate: true }]),
  ),
  tooMuch('a part that hides its size', DOCX, () =>
    make.office(DOCX, [{ name: 'a', data: Buffer.alloc(4 * MIB), deflate: true, claim: 10 }]),
  ),
  tooMuch('parts that claim 600 MiB', XLSX, () =>
    make.office(XLSX, [{ name: 'a', data: 'x', deflate: true, claim: 600 * MIB }]),
  ),
  tooMuch('archives in archives in archives', DOCX, () =>
    make.office(DOCX, [{ name: 'word/embeddings/a.zip', data: matryoshka(3) }]),
  ),
  tooMuch('parts that share their bytes', DOCX, () => overlapping(500)),
  broken('a part with changed bytes', DOCX, () => make.office(DOCX, [{ name: 'a', data: 'hello', crc: 7 }])),

  sound(
    'a script when it opens',
    'application/pdf',
    () => make.onePage('/OpenAction 4 0 R', '<</S/JavaScript/JS(app.alert(1))>>'),
    ['OPEN_ACTION', 'SCRIPT'],
  ),
  sound('a script under an escaped name', 'application/pdf', () => make.onePage('', '<</S/J#61vaScr#69pt>>'), [
    'SCRIPT',
  ]),
  sound(
    'a script in an object stream',
    'application/pdf',
    () => make.onePage('', make.objectStream('1 0 <</S/JavaScript/JS(1)>>')),
    ['SCRIPT'],
  ),
  sound('a program that is started', 'application/pdf', () => make.onePage('', '<</S/Launch/F(cmd.exe)>>'), ['LAUNCH']),
  sound('a file inside', 'application/pdf', () => make.onePage('/Names<</EmbeddedFiles 4 0 R>>', '<<>>'), [
    'EMBEDDED_FILES',
  ]),
  sound(
    'encryption',
    'application/pdf',
    () => make.pdfOf(['<</Type/Catalog>>', '<</Filter/Standard>>'], '/Encrypt 2 0 R'),
    ['ENCRYPTED'],
  ),
  sound('a page to open at', 'application/pdf', () => make.onePage('/OpenAction[3 0 R /Fit]')),
  foreign('HTML between header and trailer', 'application/pdf', () =>
    Buffer.concat([Buffer.from('%PDF-1.7\n'), html, Buffer.from('\n%%EOF\n')]),
  ),

  sound('its index in front', 'video/mp4', () => make.isoMedia('mp42', { moovFirst: true })),
  sound('a segment without a length, as a recorder writes it', 'video/webm', () => make.webm({ recorded: true })),
  sound('a cover of 6 MB', 'audio/mpeg', () => make.mp3({ cover: 6_000_000 })),
  sound('no note of its encoder', 'audio/mpeg', () => make.mp3({ announced: false })),
  foreign('a sound', 'video/mp4', () => make.mp3()),
  foreign('a film', 'audio/mpeg', () => make.isoMedia('mp42')),
  ...['qt  ', '3gp4', '3gp5', '3g2a', 'mp42', 'isom', 'iso6', 'dash', 'MSNV'].flatMap((brand) =>
    ['video/mp4', 'video/quicktime', 'audio/mp4'].map((type) =>
      sound(`the brand ${brand}`, type, () => make.isoMedia(brand)),
    ),
  ),
  foreign('the brand of a sound', 'video/mp4', () => make.isoMedia('M4A ')),
  foreign('the brand of a picture', 'video/quicktime', () => make.isoMedia('avif')),
  ...[0, 0x7fffffff, 0x7ffff000, 0x7fffffdb, 0xffffffff, 0xffffffdb, 0xfffffff0].map((length) =>
    sound(`a length of ${length.toString(16)}, as written to a pipe`, 'audio/wav', () => make.wave(length)),
  ),
  ...[4001, 0x7ffe0000, 0x80000000].map((length) =>
    broken(`a length of ${length.toString(16)} that is not there`, 'audio/wav', () => make.wave(length)),
  ),
  ...MP3_LEADS.map(([what, lead]) => sound(what, 'audio/mpeg', () => Buffer.concat([lead(), make.mp3()]))),
  ...['audio/mpeg', 'audio/flac'].map((type) =>
    foreign('nothing but empty tags', type, () => Buffer.alloc(1_000_000, id3(0))),
  ),
  foreign('pages without anything', 'audio/ogg', () => {
    const page = Buffer.alloc(27);
    page.write('OggS');
    return Buffer.alloc(12_000_015, page);
  }),
  foreign('a web page before its frames', 'audio/mpeg', () => Buffer.concat([html, make.mp3()])),
  foreign('a web page between its tag and its frames', 'audio/mpeg', () =>
    Buffer.concat([id3(20), html, Buffer.alloc(200), make.mp3()]),
  ),
  sound('80 KB of blanks behind its end', 'application/pdf', () =>
    Buffer.concat([make.onePage(''), Buffer.alloc(80_000, '\r\n')]),
  ),
  sound('200 KB of zeros behind its end', 'application/pdf', () =>
    Buffer.concat([make.onePage(''), Buffer.alloc(200_000)]),
  ),
  sound('a signature of a scanner behind its end', 'application/pdf', () =>
    Buffer.concat([make.onePage(''), Buffer.alloc(9000, 'scanned by Sharp MX ')]),
  ),
  broken('the beginning of another version behind its end', 'application/pdf', () =>
    Buffer.concat([make.onePage(''), Buffer.from('9 0 obj\n<<'), Buffer.alloc(5000, 'x')]),
  ),
  foreign('zeros', 'video/mp4', () => Buffer.alloc(1000)),
  foreign('the first bytes of a sound and nothing of it', 'audio/mpeg', () =>
    Buffer.concat([Buffer.from('fffb9064', 'hex'), Buffer.alloc(2000, 0x41)]),
  ),
  broken('cut in its frames', 'video/mp4', () => make.isoMedia('mp42', { moovFirst: true }).subarray(0, -50)),
  broken('no frames', 'audio/flac', () => make.flac().subarray(0, 54)),
];
