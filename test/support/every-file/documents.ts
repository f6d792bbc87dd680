/** Documents as office programs, a browser, Ghostscript and a scanner write them, and texts. */
import { fixture } from '../fixtures.ts';
import { compound, DOCX, ODP, ODS, ODT, office, onePage, openDocument, PPTX, XLSX } from '../least-files.ts';
import {
  CARD,
  described,
  type ExpectedFile,
  type ExpectedText,
  type Kept,
  kept,
  NO_TEXT,
  type Spot,
} from './expected.ts';

const PDF = 'application/pdf';
const none = { width: null, height: null } as const;

const card = (text: ExpectedText, more: Partial<Kept> = {}): Omit<Kept, 'status'> => ({
  record: none,
  shows: CARD,
  metadata: {},
  text,
  ...more,
});
const pdf = (
  path: string,
  pages: number,
  size: readonly [number, number],
  text: ExpectedText,
  spots: readonly Spot[] = [],
): ExpectedFile =>
  kept(path.replace('/', '-'), PDF, () => fixture(path), {
    record: { ...none, pages },
    shows: { size, spots },
    metadata: { document: { pages, encrypted: false } },
    text,
  });

const LETTER = [
  'Harbour report\nThe northern pier was inspected in May, and the lamps of the pier were replaced.\nRopes ordered\nBuoys painted\nPier Metres\nNorth 120\nGrüße aus Køge, naïve façade.',
];
/** A printed page knows no paragraphs, and its bullets are signs of their own font. */
const PRINTED_LETTER = [
  'Harbour report\nThe northern pier was inspected in May, and the lamps of the pier were replaced.\n\uf095 Ropes ordered \uf095 Buoys painted Pier Metres North 120 Grüße aus Køge, naïve façade.',
];
const NUMBERS = ['Pier Metres\nNorth 120\nBoth 240', 'Kingfisher'];
const SLIDES = ['Harbour at dawn', 'Harbour at dusk'];
const REPORT = ['Page', 'Page', 'Page'];
const LOCKED = { ...none, warnings: ['ENCRYPTED'] };
const PAGE = [905, 1280] as const;

const from = (path: string, type: string, text: ExpectedText): ExpectedFile =>
  kept(path.replace('/', '-'), type, () => fixture(path), card(text));

export const DOCUMENTS: readonly ExpectedFile[] = [
  described('document/report.pdf', { record: { ...none, pages: 3 }, shows: { size: PAGE }, text: REPORT }),
  described('document/linearized.pdf', { record: { ...none, pages: 3 }, shows: { size: PAGE }, text: REPORT }),
  described('document/locked-for-editing.pdf', {
    record: { ...LOCKED, pages: 3 },
    shows: { size: PAGE },
    text: REPORT,
  }),
  described('document/password.pdf', { record: LOCKED, shows: CARD, text: { code: 'ENCRYPTED' } }),
  pdf('printed/two-sizes.pdf', 2, [960, 1280], ['First page', 'Second page'], [[0.5, 0.2, [4, 0, 0]]]),
  pdf('printed/turned.pdf', 2, [1280, 960], ['First page', 'Second page'], [[0.8, 0.5, [4, 0, 0]]]),
  pdf('printed/from-writer.pdf', 1, PAGE, PRINTED_LETTER),
  pdf('printed/from-browser.pdf', 1, [989, 1280], ['Opening hours\nThe harbour office opens at nine.']),
  pdf('printed/scanned.pdf', 1, [1280, 427], ['The lamps of the harbour were lit at seven.']),
  kept('script.pdf', PDF, () => onePage('/OpenAction 4 0 R', '<</S/JavaScript/JS(app.alert(1))>>'), {
    record: { ...none, pages: 1, warnings: ['OPEN_ACTION', 'SCRIPT'] },
    shows: { size: [1280, 1280], spots: [[0.5, 0.5, [4, 4, 4]]] },
    metadata: { document: { pages: 1 } },
    text: [''],
  }),
  from('office/letter.docx', DOCX, LETTER),
  from('office/letter.odt', ODT, LETTER),
  from('office/letter.doc', 'application/msword', NO_TEXT),
  from('office/numbers.xlsx', XLSX, NUMBERS),
  from('office/numbers.ods', ODS, NUMBERS),
  from('office/numbers.xls', 'application/vnd.ms-excel', NO_TEXT),
  from('office/slides.pptx', PPTX, SLIDES),
  from('office/slides.odp', ODP, SLIDES),
  kept('old-slides.ppt', 'application/vnd.ms-powerpoint', () => compound('PowerPoint Document'), card(NO_TEXT)),
  kept('renamed.doc', 'application/msword', () => fixture('office/letter.docx'), card(LETTER)),
  kept('renamed.ppt', 'application/vnd.ms-powerpoint', () => fixture('office/slides.pptx'), card(SLIDES)),
  kept('macros.docx', DOCX, () => office(DOCX, [{ name: 'word/vbaProject.bin', data: 'x' }]), {
    ...card([]),
    record: { ...none, warnings: ['MACROS'] },
  }),
  kept('bare.odt', ODT, () => openDocument(ODT), card([])),
  kept('plain.txt', 'text/plain', () => Buffer.from('Grüße aus Köln\nund Bonn\n'), card(['Grüße aus Köln und Bonn'])),
  kept('wide.txt', 'text/plain', () => Buffer.from('\ufeffGrüße\n', 'utf16le'), card(['Grüße'])),
  kept('latin.txt', 'text/plain', () => Buffer.from('Gr\xfc\xdfe, caf\xe9\r\n', 'latin1'), card(['Grüße, café'])),
  kept(
    'table.csv',
    'text/csv',
    () => Buffer.from('Pier;Metres\n"North; old";120\n'),
    card(['Pier Metres\nNorth; old 120']),
  ),
  kept('notes.md', 'text/markdown', () => Buffer.from('# Shelf\n\nA *note*.\n'), card(['# Shelf\nA *note*.'])),
];
