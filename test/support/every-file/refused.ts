/** Files that are not what they seem, harm the person who opens them, or are broken: one at least of each kind and reason. */
import sharp from 'sharp';
import { jpegOfScans, pngOfTexts } from '../costly-pictures.ts';
import { fixture } from '../fixtures.ts';
import { html, pdf, pngBomb, svg, truncated, vips } from '../hostile-files.ts';
import { compound, DOCX, isoMedia, ODT, office, XLSX } from '../least-files.ts';
import { photo, photoPixels, picture } from '../pictures.ts';
import { overlapping, zip } from '../zip.ts';
import type { ExpectedFile, Refused } from './expected.ts';

const refused =
  (status: Refused['status'], code: string) =>
  (name: string, type: string, bytes: ExpectedFile['bytes']): ExpectedFile => ({
    name,
    type,
    bytes,
    becomes: { status, code },
  });
const foreign = refused('rejected', 'CONTENT_MISMATCH');
const tooMuch = refused('rejected', 'ARCHIVE_LIMIT');
const locked = refused('rejected', 'ENCRYPTED');
const broken = refused('failed', 'DECODE_ERROR');
const unwanted = refused('announced', 'TYPE_NOT_ALLOWED');

const cut = (path: string) => async () => truncated(await fixture(path), 0.6);
const MIB = 2 ** 20;
const tiff = () =>
  sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
    .tiff()
    .toBuffer();

export const REFUSED: readonly ExpectedFile[] = [
  foreign('page.png', 'image/png', () => html),
  foreign('page.gif', 'image/gif', () => html),
  foreign('page.webp', 'image/webp', () => html),
  foreign('page.avif', 'image/avif', () => html),
  foreign('page.heic', 'image/heic', () => html),
  foreign('page.pdf', 'application/pdf', () => html),
  foreign('page.docx', DOCX, () => html),
  foreign('page.mp4', 'video/mp4', () => html),
  foreign('page.mp3', 'audio/mpeg', () => html),
  foreign('page.txt', 'text/plain', () => html),
  foreign('drawing.png', 'image/png', () => svg),
  foreign('pdf.jpg', 'image/jpeg', () => pdf),
  foreign('tiff.jpg', 'image/jpeg', tiff),
  foreign('vips.jpg', 'image/jpeg', () => vips),
  foreign('photo.pdf', 'application/pdf', () => photo(64, 64)),
  foreign('workbook.docx', DOCX, () => office(XLSX)),
  foreign('program.docx', DOCX, () => zip({ 'evil.exe': 'MZ' })),
  foreign('installer.doc', 'application/msword', () => compound('!_StringData')),
  foreign('film.mp3', 'audio/mpeg', () => isoMedia('mp42')),
  foreign('zeros.mp4', 'video/mp4', () => Buffer.alloc(1000)),
  unwanted('drawing.svg', 'image/svg+xml', () => svg),
  unwanted('scan.tiff', 'image/tiff', tiff),
  unwanted('page.html', 'text/html', () => html),
  unwanted('program.exe', 'application/x-msdownload', () => Buffer.from('MZ')),
  refused('announced', 'EMPTY_FILE')('empty.png', 'image/png', () => Buffer.alloc(0)),
  refused('rejected', 'PIXEL_LIMIT')('bomb.png', 'image/png', () => pngBomb()),
  refused('rejected', 'WORK_LIMIT')('scans.jpg', 'image/jpeg', () => jpegOfScans(9000, 2000)),
  refused('rejected', 'WORK_LIMIT')('texts.png', 'image/png', () => pngOfTexts(60, 20 * MIB)),
  foreign('page-before.pdf', 'application/pdf', async () =>
    Buffer.concat([html, await fixture('document/report.pdf')]),
  ),
  tooMuch('zeros.docx', DOCX, () =>
    office(DOCX, [{ name: 'word/media/a.bmp', data: Buffer.alloc(64 * MIB), deflate: true }]),
  ),
  tooMuch('overlapping.docx', DOCX, () => overlapping(500)),
  locked('password.docx', DOCX, () => compound('EncryptedPackage', 'EncryptionInfo')),
  locked('password.xls', 'application/vnd.ms-excel', () => compound('EncryptedPackage', 'EncryptionInfo')),
  broken('cut.jpg', 'image/jpeg', async () => truncated(await photo(640, 480))),
  ...(['png', 'webp', 'gif', 'avif'] as const).map((format) =>
    broken(`cut.${format}`, `image/${format}`, async () =>
      truncated(await picture(photoPixels(300, 200)).toFormat(format).toBuffer(), 0.7),
    ),
  ),
  broken('cut.heic', 'image/heic', cut('previews/photo.heic')),
  broken('cut.pdf', 'application/pdf', cut('document/report.pdf')),
  broken('cut.docx', DOCX, cut('office/letter.docx')),
  broken('cut.odt', ODT, cut('office/letter.odt')),
  broken('cut.xls', 'application/vnd.ms-excel', cut('office/numbers.xls')),
  broken('cut.mp4', 'video/mp4', cut('video/index-first.mp4')),
  broken('cut.mov', 'video/quicktime', cut('video/upright.mov')),
  broken('cut.webm', 'video/webm', cut('video/tagged.webm')),
  broken('cut.mp3', 'audio/mpeg', cut('audio/tagged.mp3')),
  broken('cut.wav', 'audio/wav', cut('audio/tagged.wav')),
  broken('cut.ogg', 'audio/ogg', cut('audio/tagged.ogg')),
];
