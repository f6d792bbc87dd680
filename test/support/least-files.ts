/** Documents, sounds and films as small as their formats allow, sound unless their makers are asked for a fault. */
import { deflateSync } from 'node:zlib';
import { type Part, zip } from './zip.ts';

const OPEN_XML = 'application/vnd.openxmlformats-officedocument';
const OPEN_DOCUMENT = 'application/vnd.oasis.opendocument';
export const DOCX = `${OPEN_XML}.wordprocessingml.document`;
export const XLSX = `${OPEN_XML}.spreadsheetml.sheet`;
export const PPTX = `${OPEN_XML}.presentationml.presentation`;
export const ODT = `${OPEN_DOCUMENT}.text`;
export const ODS = `${OPEN_DOCUMENT}.spreadsheet`;
export const ODP = `${OPEN_DOCUMENT}.presentation`;

const MAIN: Readonly<Record<string, string>> = {
  [DOCX]: 'word/document.xml',
  [XLSX]: 'xl/workbook.xml',
  [PPTX]: 'ppt/presentation.xml',
};

/** A package of Word, Excel or PowerPoint with any further parts. */
export const office = (type: string, parts: readonly Part[] = [], contentType = `${type}.main+xml`): Buffer => {
  const part = MAIN[type] ?? 'word/document.xml';
  return zip([
    {
      name: '[Content_Types].xml',
      data: `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/${part}" ContentType="${contentType}"/></Types>`,
      deflate: true,
    },
    { name: '_rels/.rels', data: mainRelation(part), deflate: true },
    { name: part, data: '<x/>', deflate: true },
    ...parts,
  ]);
};

/** The relations of a package, leading to its main part. */
export const mainRelation = (part: string, prefix = ''): string =>
  `<${prefix}Relationships xmlns${prefix && `:${prefix.slice(0, -1)}`}="http://schemas.openxmlformats.org/package/2006/relationships"><${prefix}Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="${part}"/></${prefix}Relationships>`;

/** A package of OpenDocument. */
export const openDocument = (type: string, parts: readonly Part[] = [], manifest = ''): Buffer =>
  zip([
    { name: 'mimetype', data: type },
    { name: 'content.xml', data: '<x/>', deflate: true },
    { name: 'META-INF/manifest.xml', data: `<manifest>${manifest}</manifest>`, deflate: true },
    ...parts,
  ]);

/** A compound file with an empty stream of each name: header, one table, one directory. */
export const compound = (...names: readonly string[]): Buffer => {
  const header = Buffer.alloc(512);
  header.set(Buffer.from('d0cf11e0a1b11ae1', 'hex'));
  header.writeUInt16LE(0xfffe, 28);
  header.writeUInt16LE(9, 30);
  header.writeUInt32LE(1, 44);
  header.writeUInt32LE(1, 48);
  header.writeUInt32LE(0xfffffffe, 68);
  header.fill(0xff, 76);
  header.writeUInt32LE(0, 76);
  const sectors = Math.ceil((names.length + 1) / 4);
  const table = Buffer.alloc(512, 0xff);
  table.writeUInt32LE(0xfffffffd, 0);
  for (let sector = 1; sector <= sectors; sector += 1) {
    table.writeUInt32LE(sector === sectors ? 0xfffffffe : sector + 1, sector * 4);
  }
  const directory = Buffer.alloc(512 * sectors);
  for (const [index, name] of ['Root Entry', ...names].entries()) {
    const at = index * 128;
    directory.write(name, at, 'utf16le');
    directory.writeUInt16LE((name.length + 1) * 2, at + 64);
    directory[at + 66] = index === 0 ? 5 : 2;
  }
  return Buffer.concat([header, table, directory]);
};

/** A PDF of these objects, the first of which is its catalog, with a table of where they are. */
export const pdfOf = (objects: readonly (string | Buffer)[], trailer = ''): Buffer => {
  const pieces: Buffer[] = [Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1')];
  const offsets: number[] = [];
  for (const [index, body] of objects.entries()) {
    offsets.push(pieces.reduce((sum, { length }) => sum + length, 0));
    pieces.push(Buffer.from(`${index + 1} 0 obj\n`), Buffer.from(body), Buffer.from('\nendobj\n'));
  }
  const xref = pieces.reduce((sum, { length }) => sum + length, 0);
  const rows = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  pieces.push(
    Buffer.from(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer\n<</Size ${objects.length + 1}/Root 1 0 R${trailer}>>\nstartxref\n${xref}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(pieces);
};

const PAGES = ['<</Type/Pages/Kids[3 0 R]/Count 1>>', '<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>'];

/** A PDF of one empty page; `catalog` is added to its catalog, the rest are further objects. */
export const onePage = (catalog = '', ...objects: readonly (string | Buffer)[]): Buffer =>
  pdfOf([`<</Type/Catalog/Pages 2 0 R${catalog}>>`, ...PAGES, ...objects]);

/** An object stream that hides its objects by compression. */
export const objectStream = (text: string): Buffer => {
  const packed = deflateSync(text);
  return Buffer.concat([
    Buffer.from(`<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length ${packed.length}>>stream\r\n`),
    packed,
    Buffer.from('\nendstream'),
  ]);
};

const box = (name: string, ...content: readonly Buffer[]): Buffer => {
  const size = Buffer.alloc(4);
  const body = Buffer.concat(content);
  size.writeUInt32BE(body.length + 8);
  return Buffer.concat([size, Buffer.from(name, 'latin1'), body]);
};

/** An MP4, M4A (`M4A `) or QuickTime (`qt  `) file, with its index in front or at the end. */
export const isoMedia = (brand: string, { moovFirst = false, frames = 4000 } = {}): Buffer => {
  const type = box('ftyp', Buffer.from(brand), Buffer.alloc(4), Buffer.from(brand), Buffer.from('isom'));
  const index = box('moov', box('mvhd', Buffer.alloc(100)));
  const data = box('mdat', Buffer.alloc(frames, 1));
  return Buffer.concat(moovFirst ? [type, index, data] : [type, data, index]);
};

const element = (id: string, content: Buffer, length?: Buffer): Buffer => {
  const size = Buffer.alloc(8);
  size.writeUIntBE(content.length, 2, 6);
  size[0] = 1;
  return Buffer.concat([Buffer.from(id, 'hex'), length ?? size, content]);
};

/** A WebM file; a recorder that cannot go back leaves the length of the segment open. */
export const webm = ({ recorded = false } = {}): Buffer => {
  const head = element('1a45dfa3', element('4282', Buffer.from('webm')));
  const tracks = element('1654ae6b', Buffer.alloc(20));
  const cluster = element('1f43b675', Buffer.alloc(2000));
  const open = recorded ? Buffer.from('01ffffffffffffff', 'hex') : undefined;
  return Buffer.concat([head, element('18538067', Buffer.concat([tracks, cluster]), open)]);
};

/** Half a second of silence in 8 bits, whose header may claim another length. */
export const wave = (claim = 4000): Buffer => {
  const format = Buffer.alloc(24);
  format.write('fmt ');
  format.writeUInt32LE(16, 4);
  format.set([1, 0, 1, 0, 0x40, 0x1f, 0, 0, 0x40, 0x1f, 0, 0, 1, 0, 8, 0], 8);
  const data = Buffer.alloc(4008, 128);
  data.write('data');
  data.writeUInt32LE(claim, 4);
  const head = Buffer.alloc(12);
  head.write('RIFF');
  head.writeUInt32LE(4 + format.length + data.length, 4);
  head.write('WAVE', 8);
  return Buffer.concat([head, format, data]);
};

/** FLAC as far as its frames. */
export const flac = (): Buffer => {
  const info = Buffer.alloc(38);
  info.set([0, 0, 0, 34, 0x10, 0, 0x10, 0]);
  const comment = Buffer.from([0x84, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0]);
  return Buffer.concat([Buffer.from('fLaC'), info, comment, Buffer.from('fff8c9180000', 'hex'), Buffer.alloc(500)]);
};

/** Ogg pages of 200 bytes each. */
export const ogg = (pages = 4): Buffer =>
  Buffer.concat(
    Array.from({ length: pages }, (_, index) => {
      const header = Buffer.alloc(28);
      header.write('OggS');
      header[5] = index === 0 ? 2 : 0;
      header.writeUInt32LE(index, 18);
      header[26] = 1;
      header[27] = 200;
      const body = Buffer.alloc(200);
      if (index === 0) body.write('\x01vorbis', 'latin1');
      return Buffer.concat([header, body]);
    }),
  );

const mpegFrame = (body = Buffer.alloc(413)): Buffer => Buffer.concat([Buffer.from('fffb9064', 'hex'), body]);

/** MP3 behind an ID3 tag with a cover of `cover` bytes; the tag writes its size seven bits a byte. */
export const mp3 = ({ frames = 8, cover = 0, announced = true } = {}): Buffer => {
  const tag = Buffer.concat([
    Buffer.from('ID3\x03\x00\x00', 'latin1'),
    Buffer.from([(cover >> 21) & 127, (cover >> 14) & 127, (cover >> 7) & 127, cover & 127]),
    Buffer.alloc(cover),
  ]);
  const note = Buffer.alloc(413);
  note.write('Info', 32);
  note.writeUInt32BE(3, 36);
  note.writeUInt32BE(frames, 40);
  note.writeUInt32BE(frames * 417, 44);
  return Buffer.concat([
    ...(cover > 0 ? [tag] : []),
    mpegFrame(announced ? note : undefined),
    ...Array.from({ length: frames - 1 }, () => mpegFrame()),
  ]);
};
