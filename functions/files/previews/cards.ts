import type { Pixels } from '../pictures/sharp.ts';
import { openCanvas, WHITE } from './canvas.ts';

/** The name of a type on its card, and the colour of its badge. Other types are named by the end of their name. */
const LABELS: Readonly<Record<string, { readonly label: string; readonly colour: keyof typeof COLOURS }>> = {
  'application/pdf': { label: 'PDF', colour: 'red' },
  'application/msword': { label: 'DOC', colour: 'blue' },
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': { label: 'DOCX', colour: 'blue' },
  'application/vnd.oasis.opendocument.text': { label: 'ODT', colour: 'blue' },
  'application/vnd.ms-excel': { label: 'XLS', colour: 'green' },
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': { label: 'XLSX', colour: 'green' },
  'application/vnd.oasis.opendocument.spreadsheet': { label: 'ODS', colour: 'green' },
  'application/vnd.ms-powerpoint': { label: 'PPT', colour: 'orange' },
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': { label: 'PPTX', colour: 'orange' },
  'application/vnd.oasis.opendocument.presentation': { label: 'ODP', colour: 'orange' },
  'text/plain': { label: 'TXT', colour: 'grey' },
  'text/csv': { label: 'CSV', colour: 'green' },
  'text/markdown': { label: 'MD', colour: 'grey' },
  'audio/mpeg': { label: 'MP3', colour: 'violet' },
  'video/quicktime': { label: 'MOV', colour: 'violet' },
};

const COLOURS = {
  red: [192, 57, 43],
  blue: [42, 98, 168],
  green: [33, 115, 70],
  orange: [196, 92, 38],
  violet: [104, 72, 140],
  grey: [96, 106, 118],
} as const;

const PAGE = { width: 960, height: 1280 } as const;
const BADGE = { left: 96, top: 1112, width: 264, height: 104 } as const;
const TEXT = { left: 96, top: 96, width: 768, height: 984 } as const;
const MIDDLE = { left: 160, top: 480, width: 640, height: 320 } as const;
const LABEL_LENGTH = 5;

const labelOf = (mimeType: string) => {
  const known = Object.hasOwn(LABELS, mimeType) ? LABELS[mimeType] : undefined;
  if (known) return known;
  const label = mimeType.replace(/^.*[/.+-]/, '').toUpperCase();
  return { label: label.slice(0, LABEL_LENGTH), colour: 'grey' } as const;
};

/** A page with the first lines of a document, and its type in the corner. */
export const textCard = async (mimeType: string, lines: readonly string[]): Promise<Pixels> => {
  const { label, colour } = labelOf(mimeType);
  const page = openCanvas(PAGE, WHITE);
  await page.write(lines.join('\n'), TEXT, { fontSize: 22, colour: '#2b2f36' });
  page.fill(BADGE, COLOURS[colour]);
  await page.write(label, BADGE, { fontSize: 48, colour: '#ffffff', centre: true });
  return page.pixels;
};

/** A page with the type of a file that cannot be drawn. */
export const typeCard = async (mimeType: string): Promise<Pixels> => {
  const { label, colour } = labelOf(mimeType);
  const page = openCanvas(PAGE, [244, 246, 248]);
  page.fill(MIDDLE, COLOURS[colour]);
  await page.write(label, MIDDLE, { fontSize: 150, colour: '#ffffff', centre: true });
  return page.pixels;
};

const WAVE = { width: 1280, height: 400 } as const;
const MARGIN = 40;
const GAP = 4;
/** Silence is a line, not nothing. */
const LEAST = 6;

/** Bars as high as a sound is loud, from its start to its end. */
export const waveform = (peaks: readonly number[]): Pixels => {
  const canvas = openCanvas(WAVE, [244, 246, 248]);
  const step = (WAVE.width - 2 * MARGIN) / peaks.length;
  for (const [bar, peak] of peaks.entries()) {
    const height = Math.max(LEAST, Math.round(peak * (WAVE.height - 2 * MARGIN)));
    const left = Math.round(MARGIN + bar * step);
    const width = Math.max(1, Math.round(step) - GAP);
    canvas.fill({ left, top: (WAVE.height - height) >> 1, width, height }, COLOURS.violet);
  }
  return canvas.pixels;
};
